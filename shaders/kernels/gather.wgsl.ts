/**
 * Copies the rows of the next batch out of the data set: the epoch's rows in an order that a keyed permutation of the
 * row numbers gives, without a buffer of indices. A batch that reaches the end of an epoch goes on with the next one.
 */
import { type Bindings, declare, type KernelSource, read, uniform, write } from '../bindings.ts';
import { random } from '../random.wgsl.ts';
import { struct } from '../struct.ts';
import { wgsl } from '../wgsl.ts';
import { Counter } from './tick.wgsl.ts';

export const Draw = struct('Draw', { rows: 'u32', batch: 'u32', seed: 'u32' });

export const GATHER_ROWS = 64;

/** Tables by name, with their columns: each is copied from `NAME` to `batch_NAME`. */
export function gather(tables: Readonly<Record<string, number>>): KernelSource {
  const widths = Object.entries(tables);
  const bindings: Bindings = {
    draw: uniform('Draw'),
    counter: read('Counter'),
    ...Object.fromEntries(widths.map(([name]) => [name, read()])),
    ...Object.fromEntries(widths.map(([name]) => [`batch_${name}`, write()])),
  };
  const copy = ([name, width]: [string, number]) => `
  for (var e = lane; e < ${GATHER_ROWS * width}u; e += ${GATHER_ROWS}u) {
    let row = first + e / ${width}u;
    if (row < draw.batch) { batch_${name}[row * ${width}u + e % ${width}u] = ${name}[rows_here[e / ${width}u] * ${width}u + e % ${width}u]; }
  }`;
  const code = wgsl`
${random}
${Draw.wgsl}
${Counter.wgsl}
${declare(bindings)}
var<workgroup> rows_here: array<u32, ${GATHER_ROWS}>;

@compute @workgroup_size(${GATHER_ROWS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let first = group.x * ${GATHER_ROWS}u;
  var position = counter.offset + min(first + lane, draw.batch - 1u);
  var epoch = counter.epoch;
  if (position >= draw.rows) {
    position -= draw.rows;
    epoch += 1u;
  }
  rows_here[lane] = r_permute(position, draw.rows, vec2u(draw.seed, epoch));
  workgroupBarrier();
  ${widths.map(copy).join('')}
}
`;
  return { label: 'gather batch', code, bindings };
}
