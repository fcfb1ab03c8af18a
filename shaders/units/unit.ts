/**
 * The contract of a unit: a fold over the inputs with a derivative. Its maths is written once; both engines drive it.
 *
 *     y_o = out( fold_i( feature(x_i), weight(θ_io) ), θ_o )
 *
 * A unit names the fields of seven structs (all f32) and writes the functions over them. With prefix `p`:
 *
 * | struct          | holds                                                   | one per        |
 * |-----------------|---------------------------------------------------------|----------------|
 * | `p_Edge`        | raw parameters of an edge                               | input × output |
 * | `p_Input`       | raw parameters of an input                              | input          |
 * | `p_Output`      | raw parameters of an output                             | output         |
 * | `p_Weight`      | an edge's parameters as the fold uses them (tanh·σ, …)  | input × output |
 * | `p_Feature`     | an input as the fold uses it (x, log(|x|+ε), …)         | row × input    |
 * | `p_Accumulator` | state of the fold                                       | row × output   |
 * | `p_Delta`       | all the backward pass needs of an output                | row × output   |
 *
 * | function                                    | meaning                                                             |
 * |---------------------------------------------|---------------------------------------------------------------------|
 * | `p_weight(e: Edge) -> Weight`               | once per edge of a tile or per step, never in the inner loop        |
 * | `p_feature(x: f32, s: Input) -> Feature`    | once per input of a tile                                            |
 * | `p_zero() -> Accumulator`                   | start of the fold                                                   |
 * | `p_fold(a, x: Feature, w: Weight)`          | one step of the fold; returns the new accumulator                   |
 * | `p_out(a, s: Output) -> f32`                | finishes: exp, gate, blend                                          |
 * | `p_out_back(a, s: Output, dy: f32) -> Delta`| adjoint of the accumulator, with what `p_fold_back` needs beside it |
 * | `p_fold_back(x, w, d: Delta) -> Back`       | adjoints of one edge: `.x` of the feature, `.w` of the weight       |
 * | `p_feature_back(x, s, d: Feature) -> Source`| chain rule to the input (`.x`) and its parameters (`.s`)            |
 * | `p_weight_back(e: Edge, d: Weight) -> Edge` | chain rule to the raw parameters of an edge                         |
 * | `p_output_back(d: Delta) -> Output`         | adjoint of the output's parameters (only if there are any)          |
 *
 * Invariants the engines rely on (and the tests check): an all-zero Weight is the identity of the fold, so tiles may be
 * padded; an all-zero Delta gives all-zero adjoints; every function is finite for finite arguments.
 *
 * Five things only some units have; each is declared by a property, and the functions exist only then:
 *
 * - `group`: weights of the outputs of one input depend on each other (a softmax over the outputs). `p_Group` is folded
 *   over the edges of an input: `p_group_zero()`, `p_group_fold(g, e)`; its adjoint is a sum of as many floats:
 *   `p_group_back(e, g, d: Weight) -> Group` for one edge. Then the weight depends on it: `p_weight(e, g)` and
 *   `p_weight_back(e, g, d: Weight, dg: Group) -> Edge`.
 * - `noise`: in every step of training a number from [0, 1) is drawn for each row and output, `p_out(a, s, noise: f32)` and
 *   `p_out_back(a, s, noise: f32, dy)`, or for each row and input, `p_feature(x, s, noise: f32)` and
 *   `p_feature_back(x, s, noise: f32, d)`, or both. In prediction the number is `quiet`, 0.5 unless given.
 * - `regularise`: kinds of parameters with a penalty. `p_regularise_edge(e) -> Edge`, `p_regularise_input(s) -> Input`,
 *   `p_regularise_output(s) -> Output`: derivative of the penalty of one edge, input or output by its raw parameters.
 *   Strength, mean or sum, and schedule are data of the unit's record.
 * - `bilinear`: the fold is a sum of products, accumulator += feature · weight for each of these terms, from zero; every
 *   accumulator's adjoint is the delta of the same name. It says again what `p_fold` and `p_fold_back` say, as data, so that
 *   the layered engine can write wide layers out as plain multiply-adds.
 * - `project`: kinds of parameters that are clipped after each update, by `p_project_edge(e) -> Edge` and so on.
 */

import { f32 } from '../wgsl.ts';

/** Field names of one of a unit's structs; each is an f32. */
export type FieldNames = readonly string[];

/** What a parameter belongs to. */
export type ParameterKind = 'edge' | 'input' | 'output';

/** Of what a unit draws a number in training: of each row and input, or of each row and output. */
export type NoiseKind = 'input' | 'output';

/** Names of an accumulator, a feature and a weight field. */
export type BilinearTerm = readonly [accumulator: string, feature: string, weight: string];

/** A unit in WGSL: which numbers it keeps at each place of a layer, and the code that computes them. */
export interface UnitShader {
  readonly edge: FieldNames;
  readonly input?: FieldNames;
  readonly output?: FieldNames;
  readonly weight: FieldNames;
  readonly feature: FieldNames;
  readonly accumulator: FieldNames;
  readonly delta: FieldNames;
  readonly group?: FieldNames;
  readonly noise?: readonly NoiseKind[];
  readonly quiet?: number;
  readonly bilinear?: readonly BilinearTerm[];
  readonly regularise?: readonly ParameterKind[];
  readonly project?: readonly ParameterKind[];
  /** The functions of the contract, every name prefixed with `p`. */
  code(p: string): string;
}

/** Whether `unit` draws a number for each row and input, or output. */
export const drawsNoise = (unit: UnitShader, kind: NoiseKind): boolean => unit.noise?.includes(kind) === true;

/** WGSL of the number that stands for the noise in prediction. */
export const quietNoise = (unit: UnitShader): string => f32(unit.quiet ?? 0.5);

/** Declares a struct of f32 fields; WGSL has no empty structs, so one without fields gets a field that is never read. */
function declareStruct(name: string, fields: FieldNames): string {
  const members = fields.length > 0 ? fields : ['unused'];
  return `struct ${name} { ${members.map((field) => `${field}: f32`).join(', ')} }\n`;
}

/** `a + b`, field by field. */
function declareSum(name: string, type: string, fields: FieldNames): string {
  const sums = fields.length > 0 ? fields.map((field) => `a.${field} + b.${field}`) : ['0.0'];
  return `fn ${name}(a: ${type}, b: ${type}) -> ${type} { return ${type}(${sums.join(', ')}); }\n`;
}

/**
 * The whole fragment of a unit: its structs, its functions, and sums of adjoints (`p_add_feature`, `p_add_weight`).
 * It needs the `math` fragment before it.
 */
export function unitFragment(unit: UnitShader, p: string): string {
  return [
    declareStruct(`${p}_Edge`, unit.edge),
    declareStruct(`${p}_Input`, unit.input ?? []),
    declareStruct(`${p}_Output`, unit.output ?? []),
    declareStruct(`${p}_Weight`, unit.weight),
    declareStruct(`${p}_Feature`, unit.feature),
    declareStruct(`${p}_Accumulator`, unit.accumulator),
    declareStruct(`${p}_Delta`, unit.delta),
    unit.group ? declareStruct(`${p}_Group`, unit.group) : '',
    unit.group ? declareSum(`${p}_add_group`, `${p}_Group`, unit.group) : '',
    `struct ${p}_Back { x: ${p}_Feature, w: ${p}_Weight }\n`,
    `struct ${p}_Source { x: f32, s: ${p}_Input }\n`,
    declareSum(`${p}_add_feature`, `${p}_Feature`, unit.feature),
    declareSum(`${p}_add_weight`, `${p}_Weight`, unit.weight),
    unit.code(p),
  ].join('');
}

/** A WGSL expression that reads a struct of `fields` from `array`: field k stands at `at(k)`. */
export function load(type: string, fields: FieldNames, array: string, at: (index: number) => string): string {
  return `${type}(${fields.map((_, index) => `${array}[${at(index)}]`).join(', ')})`;
}

/** WGSL statements that write a struct of `fields` to `array`: field k goes to `at(k)`. */
export function store(
  value: string,
  fields: FieldNames,
  array: string,
  at: (index: number) => string,
): string {
  return fields.map((field, index) => `${array}[${at(index)}] = ${value}.${field};`).join(' ');
}
