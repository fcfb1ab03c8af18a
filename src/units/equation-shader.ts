/**
 * WGSL of a unit from its equation: every function of the contract in `shaders/units/unit.ts`, with derivatives. Parts that occur
 * more than once in a function are computed once. The product of the other factors, the softmax and the draw of noise are
 * written by hand, since their adjoints are not derivatives of a scalar expression.
 */

import { product } from '../../shaders/units/product.wgsl.ts';
import { softmax } from '../../shaders/units/softmax.wgsl.ts';
import type { NoiseKind, UnitShader } from '../../shaders/units/unit.ts';
import { f32 } from '../../shaders/wgsl.ts';
import { type Expression, keyOf, symbol, zero } from '../expression/tree.ts';
import { wgslHelpers } from '../expression/wgsl.ts';
import { wgslStatements } from '../expression/wgsl-statements.ts';
import { adjoints, factoredGradient, inline } from './adjoints.ts';
import { type Named, noiseKinds, resolveEquation, type UnitEquation } from './equation.ts';
import { fieldsOf } from './fields.ts';
import type { UnitOptions } from './unit.ts';

/** The shader of `equation` with these options. */
export function equationShader(given: UnitEquation, options: UnitOptions): UnitShader {
  const equation = resolveEquation(given, options);
  const fields = withoutTwins(equation, fieldsOf(equation));
  return { ...fields, code: (p) => codeOf(equation, fields, p) };
}

/** For each parameter of an output, the first whose adjoint is the same: the delta has it once, as where only the sum w + b counts. */
function twinsOf(equation: UnitEquation): ReadonlyMap<string, string> {
  const own = equation.parameters.output ?? [];
  const first = new Map<string, string>();
  const adjoints = factoredGradient(inline(equation.out, equation.outputs), own);
  return new Map(
    own.map((name, k) => {
      const key = keyOf(adjoints[k] as Expression);
      if (!first.has(key)) first.set(key, name);
      return [name, first.get(key) as string];
    }),
  );
}

function withoutTwins(equation: UnitEquation, fields: Omit<UnitShader, 'code'>): Omit<UnitShader, 'code'> {
  const twins = [...twinsOf(equation)].filter(([name, first]) => name !== first).map(([name]) => `d_${name}`);
  return { ...fields, delta: fields.delta.filter((name) => !twins.includes(name)) };
}

function codeOf(equation: UnitEquation, fields: Omit<UnitShader, 'code'>, p: string): string {
  const { parameters, softmax: logit, accumulators } = equation;
  const parts = [
    Object.values(accumulators).some(({ kind }) => kind === 'product') ? product(p) : '',
    logit === undefined ? weightCode(equation, p) : '',
    logit === undefined ? '' : softmaxCode(equation, logit, p),
    featureCode(equation, p),
    foldCode(equation, p),
    outCode(equation, p),
    (parameters.output ?? []).length > 0
      ? fn(
          p,
          'output_back',
          `d: ${p}_Delta`,
          'Output',
          [],
          [...twinsOf(equation).values()].map((name) => `d.d_${name}`),
        )
      : '',
    ...(fields.regularise ?? []).map((kind) => penaltyCode(equation, kind, p)),
    ...(fields.project ?? []).map((kind) => rangeCode(equation, kind, p)),
  ];
  const code = parts.join('');
  return wgslHelpers(code, p) + code;
}

type Kind = 'edge' | 'input' | 'output';
const types = { edge: 'Edge', input: 'Input', output: 'Output' } as const;

/** `fn p_name(args) -> p_Type { lines return p_Type(values); }`; of type f32, the one value. */
function fn(
  p: string,
  name: string,
  args: string,
  type: string,
  lines: readonly string[],
  values: readonly string[],
): string {
  const result = type === 'f32' ? values.join() : `${p}_${type}(${values.join(', ')})`;
  const head = `fn ${p}_${name}(${args}) -> ${type === 'f32' ? type : `${p}_${type}`} {\n`;
  return `${head}${[...lines, `return ${result};`].map((line) => `  ${line}\n`).join('')}}\n`;
}

/** `a.name` for each of `names`. */
const fieldsAs = (of: string, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, `${of}.${name}`]));

/** The same for symbols that adjoints have in `d`. */
const deltas = (named: Named): Record<string, string> =>
  Object.fromEntries(Object.keys(named).map((name) => [`d_${name}`, `d.${name}`]));

function weightCode({ parameters, weights }: UnitEquation, p: string): string {
  const raw = fieldsAs('e', parameters.edge);
  const forward = wgslStatements(p, Object.values(weights), raw);
  const back = wgslStatements(p, adjoints(weights, parameters.edge), { ...raw, ...deltas(weights) });
  return (
    fn(p, 'weight', `e: ${p}_Edge`, 'Weight', forward.lines, forward.values) +
    fn(p, 'weight_back', `e: ${p}_Edge, d: ${p}_Weight`, 'Edge', back.lines, back.values)
  );
}

/** Weights of which one is a share; the others are as without. Of the adjoints of all, that of the share goes through its logit. */
function softmaxCode({ parameters, weights }: UnitEquation, logit: string, p: string): string {
  const raw = fieldsAs('e', parameters.edge);
  const value = wgslStatements(p, [weights[logit] as Expression], raw);
  const forward = wgslStatements(p, Object.values(weights), raw);
  const names = Object.keys(weights);
  const back = wgslStatements(p, adjoints(weights, parameters.edge), {
    ...raw,
    ...deltas(weights),
    [`d_${logit}`]: 'd_logit',
  });
  return (
    fn(p, 'logit', `e: ${p}_Edge`, 'f32', value.lines, value.values) +
    softmax(p, logit) +
    fn(
      p,
      'weight',
      `e: ${p}_Edge, g: ${p}_Group`,
      'Weight',
      forward.lines,
      names.map((name, k) => (name === logit ? `${p}_share(e, g)` : (forward.values[k] as string))),
    ) +
    fn(
      p,
      'weight_back',
      `e: ${p}_Edge, g: ${p}_Group, d: ${p}_Weight, dg: ${p}_Group`,
      'Edge',
      [`let d_logit = ${p}_share(e, g) * (d.${logit} - dg.top);`, ...back.lines],
      back.values,
    )
  );
}

const noiseParameter = (equation: UnitEquation, kind: NoiseKind): string =>
  noiseKinds(equation).includes(kind) ? ', noise: f32' : '';

function featureCode(equation: UnitEquation, p: string): string {
  const { parameters, inputs, features } = equation;
  const own = parameters.input ?? [];
  const raw = { x: 'x', noise: 'noise', ...fieldsAs('s', own) };
  const whole: Named = Object.fromEntries(
    Object.entries(features).map(([name, feature]) => [name, inline(feature, inputs)]),
  );
  const forward = wgslStatements(p, Object.values(whole), raw);
  const [dx = zero, ...ds] = adjoints(whole, ['x', ...own]);
  const back = wgslStatements(p, [dx, ...ds], { ...raw, ...deltas(features) });
  const scope = `x: f32, s: ${p}_Input${noiseParameter(equation, 'input')}`;
  const [ofX = '0.0', ...ofInput] = back.values.map((value) => clampedFloat(value));
  return (
    fn(p, 'feature', scope, 'Feature', forward.lines, forward.values) +
    fn(p, 'feature_back', `${scope}, d: ${p}_Feature`, 'Source', back.lines, [
      ofX,
      own.length > 0 ? `${p}_Input(${ofInput.join(', ')})` : 's',
    ])
  );
}

/** A quotient may leave float32: near 0, the derivative of log is beyond float32. */
const clampedFloat = (value: string): string =>
  value.includes('/') ? `clamp(${value}, ${f32(-3e38)}, ${f32(3e38)})` : value;

function foldCode({ weights, features, accumulators }: UnitEquation, p: string): string {
  const names = { ...fieldsAs('x', Object.keys(features)), ...fieldsAs('w', Object.keys(weights)) };
  const scope = `x: ${p}_Feature, w: ${p}_Weight`;
  const entries = Object.entries(accumulators);
  const factors = entries
    .filter(([, { kind }]) => kind === 'product')
    .map(([name, { term }]) => {
      const { lines, values } = wgslStatements(p, [term], names);
      return fn(p, `factor_${name}`, scope, 'f32', lines, [`${p}_saturate(${values.join()})`]);
    });
  const sums = wgslStatements(
    p,
    entries.filter(([, { kind }]) => kind === 'sum').map(([, { term }]) => term),
    names,
  );
  let at = 0;
  const next = entries.map(([name, { kind }]) =>
    kind === 'sum' ? `a.${name} + ${sums.values[at++]}` : `next_${name}.x, next_${name}.y`,
  );
  const steps = entries
    .filter(([, { kind }]) => kind === 'product')
    .map(
      ([name]) =>
        `let next_${name} = ${p}_product_step(vec2f(a.${name}, a.${name}_zeros), ${p}_factor_${name}(x, w));`,
    );
  // Each adjoint of a product is that of the output times the other factors.
  const others = entries
    .filter(([, { kind }]) => kind === 'product')
    .map(
      ([name]) =>
        `let d_${name} = d.${name} * ${p}_product_others(vec2f(d.${name}_product, d.${name}_zeros), ${p}_factor_${name}(x, w));`,
    );
  const terms: Named = Object.fromEntries(entries.map(([name, { term }]) => [name, term]));
  const leaves = [...Object.keys(features), ...Object.keys(weights)];
  const back = wgslStatements(p, adjoints(terms, leaves), {
    ...names,
    ...Object.fromEntries(
      entries.map(([name, { kind }]) => [`d_${name}`, kind === 'sum' ? `d.${name}` : `d_${name}`]),
    ),
  });
  const width = Object.keys(features).length;
  return (
    factors.join('') +
    fn(
      p,
      'zero',
      '',
      'Accumulator',
      [],
      entries.map(([, { kind }]) => (kind === 'sum' ? '0.0' : '1.0, 0.0')),
    ) +
    fn(p, 'fold', `a: ${p}_Accumulator, ${scope}`, 'Accumulator', [...sums.lines, ...steps], next) +
    fn(
      p,
      'fold_back',
      `${scope}, d: ${p}_Delta`,
      'Back',
      [...others, ...back.lines],
      [
        `${p}_Feature(${back.values.slice(0, width).join(', ')})`,
        `${p}_Weight(${back.values.slice(width).join(', ')})`,
      ],
    )
  );
}

function outCode(equation: UnitEquation, p: string): string {
  const { parameters, outputs, accumulators, out } = equation;
  const own = parameters.output ?? [];
  const entries = Object.entries(accumulators);
  const products = entries.filter(([, { kind }]) => kind === 'product').map(([name]) => name);
  const names = {
    ...fieldsAs('a', Object.keys(accumulators)),
    ...Object.fromEntries(products.map((name) => [name, `v_${name}`])),
    ...fieldsAs('s', own),
    noise: 'noise',
    dy: 'dy',
  };
  const whole = inline(out, outputs);
  const values = products.map(
    (name) => `let v_${name} = ${p}_product_value(vec2f(a.${name}, a.${name}_zeros));`,
  );
  const forward = wgslStatements(p, [whole], names);
  const twins = twinsOf(equation);
  const leaves = [...Object.keys(accumulators), ...own];
  const back = wgslStatements(p, factoredGradient(whole, leaves, symbol('dy')), names);
  const delta = entries.flatMap(([name, { kind }], k) => {
    const derivative = back.values[k] as string;
    if (kind === 'sum') return [derivative];
    const open = `${p}_product_open(vec2f(a.${name}, a.${name}_zeros))`;
    return [`select(0.0, ${derivative}, ${open})`, `a.${name}`, `a.${name}_zeros`];
  });
  const scope = `a: ${p}_Accumulator, s: ${p}_Output${noiseParameter(equation, 'output')}`;
  return (
    fn(p, 'out', scope, 'f32', [...values, ...forward.lines], forward.values) +
    fn(
      p,
      'out_back',
      `${scope}, dy: f32`,
      'Delta',
      [...values, ...back.lines],
      [
        ...delta,
        ...back.values.slice(entries.length).filter((_, k) => twins.get(own[k] as string) === own[k]),
      ],
    )
  );
}

function penaltyCode({ parameters, penalties = {} }: UnitEquation, kind: Kind, p: string): string {
  const names = parameters[kind] ?? [];
  const derivatives = names.map((name) =>
    penalties[name] ? (factoredGradient(penalties[name], [name])[0] as Expression) : zero,
  );
  const { lines, values } = wgslStatements(p, derivatives, fieldsAs('v', names));
  return fn(p, `regularise_${kind}`, `v: ${p}_${types[kind]}`, types[kind], lines, values);
}

function rangeCode({ parameters, ranges = {} }: UnitEquation, kind: Kind, p: string): string {
  const values = (parameters[kind] ?? []).map((name) => {
    const range = ranges[name];
    return range ? `clamp(v.${name}, ${f32(range[0])}, ${f32(range[1])})` : `v.${name}`;
  });
  return fn(p, `project_${kind}`, `v: ${p}_${types[kind]}`, types[kind], [], values);
}
