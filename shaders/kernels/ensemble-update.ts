/**
 * The end of a step of an ensemble: from the sums over the batch to the update of every parameter, with the norm of the
 * whole gradient clipped on the way where that is asked for.
 */
import { load } from '../units/unit.ts';
import { baseOf, edgesOf, modelFloats, prefixOf, type SumRange } from './ensemble-layers.ts';
import { type Layer, parameterCounts } from './parameters.ts';
import { type Gradient, kinds, updateParameters, wholeGradients } from './update.ts';

/** What of a training decides its updates. */
export interface EnsembleUpdate {
  readonly layers: readonly Layer[];
  /** Threads per model. */
  readonly lanes: number;
  /** The optimiser's state floats per parameter. */
  readonly slots: number;
  /** Whether each layer's penalty is a mean; else it is a sum. */
  readonly means: readonly boolean[];
  /** Whether each layer's penalty waits for the model's `TrainState.penalty`. */
  readonly waiting: readonly boolean[];
  /** Whether the norm of a model's gradient is clipped. */
  readonly clipsNorm: boolean;
}

/** The three kinds of parameters of a layer that are there: where they start among the layer's, and the gradient of each. */
function kindsOf(config: EnsembleUpdate, layer: Layer, k: number, ranges: readonly SumRange[]) {
  const { unit, inputs, outputs } = layer;
  const p = prefixOf(k);
  const counts = parameterCounts(layer);
  const weightTotal = (e: string) => totalsOf(ranges, `gw_${k}`, `${p}_Weight`, unit.weight, e);
  const ofWeight = unit.group
    ? `${p}_load_group(n / ${outputs}u), ${weightTotal('n')}, group_gradients_${k}[n / ${outputs}u]`
    : weightTotal('n');
  const input = totalsOf(ranges, `gi_${k}`, `${p}_Input`, unit.input ?? [], 'n');
  const output = totalsOf(ranges, `go_${k}`, `${p}_Output`, unit.output ?? [], 'n');
  const edge = `${p}_weight_back(${p}_load_edge(n / ${outputs}u, n % ${outputs}u), ${ofWeight})`;
  const base = baseOf(config.layers, k);
  const all = [
    { kind: 'edge', start: base, count: edgesOf(layer), gradient: edge },
    { kind: 'input', start: base + counts.edge, count: inputs, gradient: input },
    { kind: 'output', start: base + counts.edge + counts.input, count: outputs, gradient: output },
  ] as const;
  return all
    .filter(({ kind, count }) => count > 0 && kinds[kind].fields(unit).length > 0)
    .map(({ kind, start, count, gradient }) => {
      /** Index of field f of parameter `n` among the model's. */
      const at = (f: number): string => `${start + f * count}u + n`;
      const whole: Gradient = {
        unit,
        prefix: p,
        kind,
        theta: (f) => `theta[${at(f)}]`,
        gradient,
        strength: `schedule[schedule_at + ${1 + k}u]${config.waiting[k] ? ' * train_state.penalty' : ''}`,
        clip: 'run.clip',
        share: config.means[k] ? 1 / count : 1,
      };
      const each = (body: string): string =>
        `for (var n = lane; n < ${count}u; n += ${config.lanes}u) {\n${body}\n}`;
      return { at, whole, each };
    });
}

/** The update of one layer's parameters, each lane its share. */
export function updateLayer(
  config: EnsembleUpdate,
  layer: Layer,
  k: number,
  ranges: readonly SumRange[],
  shared: boolean,
): string {
  const { slots, layers } = config;
  const floats = modelFloats(layers);
  return kindsOf(config, layer, k, ranges)
    .map(({ at, whole, each }) => {
      const { strength: _, ...plain } = whole;
      const { type, fields } = kinds[whole.kind];
      const scaled = fields(layer.unit).map((_, f) => `gradients[${at(f)}] * norm_factor`);
      const gradient = config.clipsNorm
        ? { ...plain, gradient: `${prefixOf(k)}_${type}(${scaled.join(', ')})` }
        : whole;
      return each(
        updateParameters({
          ...gradient,
          moment: (f, slot) =>
            shared
              ? `moments[(${at(f)}) * ${slots}u + ${slot}u]`
              : `state[base + ${floats}u + (${at(f)}) * ${slots}u + ${slot}u]`,
          slots,
          step: 'info',
        }),
      );
    })
    .join('\n');
}

export const declareNorm = ({ layers, lanes }: EnsembleUpdate): string =>
  `var<workgroup> gradients: array<f32, ${modelFloats(layers)}>;
var<workgroup> norm_parts: array<f32, ${lanes}>;`;

/**
 * Writes the whole gradient to `gradients`, and declares `norm_factor`, by which it is scaled down to the norm `run.clipNorm`. Squares
 * are those of the elements' shares of the largest, which float32 holds.
 */
export function takeNorm(config: EnsembleUpdate, ranges: readonly SumRange[]): string {
  const { layers, lanes } = config;
  const take = layers.flatMap((layer, k) =>
    kindsOf(config, layer, k, ranges).map(({ at, whole, each }) =>
      each(
        wholeGradients(whole, (f, gradient) => {
          const place = `gradients[${at(f)}]`;
          return `${place} = ${gradient}; largest = max(largest, abs(${place}));`;
        }),
      ),
    ),
  );
  return `var largest = 1e-30;
    ${take.join('\n')}
    norm_parts[lane] = largest;
    workgroupBarrier();
    for (var other = 0u; other < ${lanes}u; other++) { largest = max(largest, norm_parts[other]); }
    workgroupBarrier();
    var squares = 0.0;
    for (var n = lane; n < ${modelFloats(layers)}u; n += ${lanes}u) {
      let share = gradients[n] / largest;
      squares += share * share;
    }
    norm_parts[lane] = squares;
    workgroupBarrier();
    squares = 0.0;
    for (var other = 0u; other < ${lanes}u; other++) { squares += norm_parts[other]; }
    let norm_factor = 1.0 / max(1.0, sqrt(squares) * (largest / run.clipNorm));`;
}

/** Expression of a struct of totals: element `index` of the sums called `name`. */
function totalsOf(
  ranges: readonly SumRange[],
  name: string,
  type: string,
  fields: readonly string[],
  index: string,
): string {
  const start = ranges.find((range) => range.name === name)?.start ?? 0;
  return load(type, fields, 'totals', (f) => `${start + f}u + (${index}) * ${fields.length}u`);
}

/** The adjoints of the groups of one layer, each lane its share of the inputs; before any parameter changes. */
export function groupGradients(
  config: EnsembleUpdate,
  layer: Layer,
  k: number,
  ranges: readonly SumRange[],
): string {
  const { unit, inputs, outputs } = layer;
  if (!unit.group) return '';
  const p = prefixOf(k);
  return `for (var i = lane; i < ${inputs}u; i += ${config.lanes}u) {
  var gradient = ${p}_Group();
  for (var o = 0u; o < ${outputs}u; o++) {
    let total = ${totalsOf(ranges, `gw_${k}`, `${p}_Weight`, unit.weight, `i * ${outputs}u + o`)};
    gradient = ${p}_add_group(gradient, ${p}_group_back(${p}_load_edge(i, o), ${p}_load_group(i), total));
  }
  group_gradients_${k}[i] = gradient;
}`;
}
