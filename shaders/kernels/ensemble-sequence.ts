/**
 * The text of a recurrent stack: one lane takes one sequence at a time through all its steps and back. Layer 0 gives the initial
 * state, layer 1 is the cell, which is applied to [x_t, h_t] at every step, and the layers behind it read the last state.
 *
 * On the way there the inputs and the state before each step are kept, `sequence` and `states`; on the way back each step is computed
 * again from them, so that nothing else of it has to be.
 */
import { backwardRow, forwardRow, type NoiseText } from './ensemble-layers.ts';
import type { RowText } from './ensemble-source.ts';
import type { Loops } from './loops.ts';
import type { Layer } from './parameters.ts';

/** Where the parts of a recurrent stack are. */
const STATE = { from: 0, to: 1 } as const;
const CELL = { from: 1, to: 2 } as const;
const READOUT = { from: 2 } as const;

/** A recurrent stack, and where its rows come from. */
export interface Recurrent {
  readonly layers: readonly Layer[];
  readonly loops: Loops;
  readonly source: RowText;
  /** Whether targets are those of the inputs' sums over the sequence. */
  readonly summed: boolean;
  readonly noise: NoiseText;
  /** The steps of a sequence as an expression. */
  readonly steps: string;
}

/** Numbers of the state. */
export const stateSize = (layers: readonly Layer[]): number => (layers[0] as Layer).outputs;

/** Inputs of the stack at each step: those of the cell that are not the state. */
export const stepInputs = (layers: readonly Layer[]): number =>
  (layers[1] as Layer).inputs - stateSize(layers);

/** Floats that training keeps of a sequence of `steps` steps. */
export const keptFloats = (layers: readonly Layer[], steps: number): number =>
  (layers[1] as Layer).inputs * steps;

/** `x_1`, the cell's inputs, from `u` and `h`, two expressions of an index. */
function cellInputs(
  { layers, loops }: Recurrent,
  u: (i: string) => string,
  h: (i: string) => string,
): string {
  const inputs = stepInputs(layers);
  const size = stateSize(layers);
  return `${loops.declare('x_1', 'f32', inputs + size)}
${loops.each(inputs, (i) => `${loops.at('x_1', i)} = ${u(i)};`)}
${loops.each(size, (i) => `${loops.at('x_1', loops.flat('1', inputs, i))} = ${h(i)};`)}`;
}

/** `x_0` of the first layer, which has no inputs: one that is 0. */
const noInputs = ({ loops }: Recurrent): string => loops.declare('x_0', 'f32', 1);

const copy = ({ loops, layers }: Recurrent, to: string, from: string): string =>
  loops.each(stateSize(layers), (i) => `${loops.at(to, i)} = ${loops.at(from, i)};`);

/** From the row to `targets` and the outputs `x_L`; `kept` are the steps of a sequence that will be gone back through. */
export function forwardSequence(recurrent: Recurrent, kept?: number): string {
  const { layers, loops, source, noise, steps } = recurrent;
  const inputs = stepInputs(layers);
  const size = stateSize(layers);
  const keep = kept !== undefined;
  const each = (i: string, width: number) => `t * ${width}u + ${loops.u32(i)}`;
  return `${source.find}
${keep ? `var sequence = array<f32, ${kept * inputs}>();\nvar states = array<f32, ${kept * size}>();` : ''}
${loops.declare('h', 'f32', size)}
{
  ${noInputs(recurrent)}
  ${forwardRow(layers, loops, noise, STATE)}
  ${copy(recurrent, 'h', 'x_1')}
}
${recurrent.summed ? loops.declare('sums', 'f32', inputs) : ''}
for (var t = 0u; t < ${steps}; t++) {
  ${loops.declare('u', 'f32', inputs)}
  ${source.inputs('u', 't')}
  ${recurrent.summed ? loops.each(inputs, (i) => `${loops.at('sums', i)} += ${loops.at('u', i)};`) : ''}
  ${keep ? loops.each(inputs, (i) => `sequence[${each(i, inputs)}] = ${loops.at('u', i)};`) : ''}
  ${keep ? loops.each(size, (i) => `states[${each(i, size)}] = ${loops.at('h', i)};`) : ''}
  ${cellInputs(
    recurrent,
    (i) => loops.at('u', i),
    (i) => loops.at('h', i),
  )}
  ${forwardRow(layers, loops, noise, CELL)}
  ${copy(recurrent, 'h', 'x_2')}
}
${source.targets('sums')}
${loops.declare('x_2', 'f32', size)}
${copy(recurrent, 'x_2', 'h')}
${forwardRow(layers, loops, noise, READOUT)}`;
}

/** From the adjoints `dy_L` of the outputs back through all steps to the sums of all layers. */
export function backwardSequence(recurrent: Recurrent): string {
  const { layers, loops, noise, steps } = recurrent;
  const inputs = stepInputs(layers);
  const size = stateSize(layers);
  return `${backwardRow(layers, loops, noise, READOUT)}
${loops.declare('dh', 'f32', size)}
${copy(recurrent, 'dh', 'dy_2')}
for (var back = 1u; back <= ${steps}; back++) {
  let t = ${steps} - back;
  ${cellInputs(
    recurrent,
    (i) => `sequence[t * ${inputs}u + ${loops.u32(i)}]`,
    (i) => `states[t * ${size}u + ${loops.u32(i)}]`,
  )}
  ${forwardRow(layers, loops, noise, CELL)}
  ${loops.declare('dy_2', 'f32', size)}
  ${copy(recurrent, 'dy_2', 'dh')}
  ${backwardRow(layers, loops, noise, CELL)}
  ${loops.each(size, (i) => `${loops.at('dh', i)} = ${loops.at('dy_1', loops.flat('1', inputs, i))};`)}
}
{
  ${noInputs(recurrent)}
  ${forwardRow(layers, loops, noise, STATE)}
  ${loops.declare('dy_1', 'f32', size)}
  ${copy(recurrent, 'dy_1', 'dh')}
  ${backwardRow(layers, loops, noise, STATE)}
}`;
}
