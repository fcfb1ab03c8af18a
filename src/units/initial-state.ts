/** The state that a recurrent cell starts from, as a layer: outputs that are parameters, whatever the input. Zeros at first. */

import type { UnitShader } from '../../shaders/units/unit.ts';
import { plain } from './recipe.ts';
import type { Unit } from './unit.ts';

const shader: UnitShader = {
  edge: [],
  output: ['h'],
  weight: [],
  feature: [],
  accumulator: [],
  delta: ['h'],
  code: (p) => `
fn ${p}_weight(e: ${p}_Edge) -> ${p}_Weight { return ${p}_Weight(); }
fn ${p}_feature(x: f32, s: ${p}_Input) -> ${p}_Feature { return ${p}_Feature(); }
fn ${p}_zero() -> ${p}_Accumulator { return ${p}_Accumulator(); }
fn ${p}_fold(a: ${p}_Accumulator, x: ${p}_Feature, w: ${p}_Weight) -> ${p}_Accumulator { return a; }
fn ${p}_out(a: ${p}_Accumulator, s: ${p}_Output) -> f32 { return s.h; }
fn ${p}_out_back(a: ${p}_Accumulator, s: ${p}_Output, dy: f32) -> ${p}_Delta { return ${p}_Delta(dy); }
fn ${p}_fold_back(x: ${p}_Feature, w: ${p}_Weight, d: ${p}_Delta) -> ${p}_Back { return ${p}_Back(); }
fn ${p}_feature_back(x: f32, s: ${p}_Input, d: ${p}_Feature) -> ${p}_Source { return ${p}_Source(); }
fn ${p}_weight_back(e: ${p}_Edge, d: ${p}_Weight) -> ${p}_Edge { return ${p}_Edge(); }
fn ${p}_output_back(d: ${p}_Delta) -> ${p}_Output { return ${p}_Output(d.h); }
`,
};

export const initialState: Unit = {
  name: 'initial state',
  operations: [],
  options: {},
  shader: () => shader,
  initializations: { zero: { h: { kind: 'constant', value: 0 } } },
  initialization: 'zero',
  recipe: plain,
  weights: ({ h }) => ({ h: [Array.from(h ?? [])] }),
  // It is any number, and no choice of inputs.
  sparsityError: () => 0,
  forward: ({ h }) => {
    const state = Float64Array.from(h ?? []);
    return () => state;
  },
};
