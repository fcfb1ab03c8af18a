/** A unit as a layer of TensorFlow.js. */

import { isPacked } from '../../shaders/kernels/packed.ts';
import type { NamedLayer } from '../engines/layered/layers.ts';
import { DataError, OptionError } from '../errors.ts';
import { initialParameters, parameterNames, type ResolvedLayer, resolveModel } from '../model/description.ts';
import { checkOptions } from '../options/check.ts';
import { resolveEquation } from '../units/equation.ts';
import type { EffectiveWeights, Initialization, Unit, UnitOptions } from '../units/unit.ts';
import { ComposedLayer } from './composed.ts';
import { summed } from './evaluate.ts';
import { FusedLayer, webGpuBackend } from './fused.ts';
import { keepWithin } from './keep-within.ts';
import { type Draw, differentiable, type LayerFunction } from './layer-function.ts';
import type { Layer, LayerVariable, Shape, Tensor, TensorFlow } from './tensorflow.ts';
import { layerDescription, type Penalty, schemeOf, type UnitLayerOptions } from './unit-layer-options.ts';

/** A unit as a layer: what every layer has, and what was learnt. */
export type UnitLayer = Layer & {
  /** The unit it computes. */
  readonly unit: Unit;
  /** Effective weights (W = tanh(Ŵ) σ(M̂) and so on), `[in][out]`, in float64. Rejects with OptionError before the layer is built. */
  effectiveWeights(): Promise<EffectiveWeights>;
};

type Constructor = new (options: UnitLayerOptions) => UnitLayer;

/** The class of layers of `unit`, registered in `tf` for loading. */
export function layerClass(tf: TensorFlow, unit: Unit): Constructor {
  const { name } = unit;
  let made = 0;

  class OfUnit extends tf.layers.Layer {
    static className = `nalu-webgpu/${name}`;
    /** TensorFlow.js hands on what it is asked to load beside the layer. */
    static override fromConfig(
      cls: never,
      { customObjects: _, fastWeightInit: __, ...config }: Saved,
    ): never {
      return new (cls as Constructor)(config as unknown as UnitLayerOptions) as never;
    }

    readonly unit = unit;
    readonly #units: number;
    readonly #given: { initialization?: string | Initialization; options?: UnitOptions };
    readonly #seed: number;
    readonly #penalty: Penalty | undefined;
    readonly #fused: boolean;
    #built: Built | undefined;
    #functions: { composed?: LayerFunction; fused?: FusedLayer } = {};
    /** Passes of training so far. */
    #steps = 0;

    constructor(given: UnitLayerOptions) {
      const checked = checkOptions(layerDescription, given, `a layer of ${name}`);
      const { units, initialization, options, seed, penalty, fused = true, ...rest } = checked;
      super({ name: `${slug(name)}_${++made}`, ...rest } as never);
      this.#units = units;
      this.#given = {
        ...(initialization !== undefined && { initialization: schemeOf(unit, initialization) }),
        ...(options && { options }),
      };
      this.#seed = seed ?? Math.floor(Math.random() * 2 ** 32);
      this.#penalty = penalty;
      this.#fused = fused;
      this.supportsMasking = true;
      // Reports what is wrong with the options before the layer is built.
      this.#resolve(1);
    }

    override build(given: Shape | Shape[]): void {
      const shape = (Array.isArray(given[0]) ? given[0] : given) as Shape;
      const inputs = shape.at(-1);
      if (shape.length < 2 || !inputs) {
        throw new OptionError(
          `layer ${this.name} gets inputs of shape [${shape}]; it needs at least two dimensions, of which the last is a number`,
        );
      }
      const layer = this.#resolve(inputs);
      const names = parameterNames(layer);
      const flat = initialParameters({ inputs, outputs: this.#units, layers: [layer], seed: this.#seed }, 0);
      let offset = 0;
      const { ranges = {}, penalties = {} } = unit.equation
        ? resolveEquation(unit.equation, layer.options)
        : {};
      const variables = names.map(({ name, shape }) => {
        const count = shape.reduce((product, size) => product * size, 1);
        const values = flat.slice(offset, offset + count);
        offset += count;
        const initializer = { apply: () => tf.tensor(values, shape) };
        const variable = this.addWeight(name, shape, 'float32', initializer as never);
        const range = ranges[name];
        if (range) keepWithin(tf, variable, range);
        const penalty = penalties[name];
        const wanted = this.#penalty;
        if (penalty && wanted) {
          const factor = wanted.strength / (wanted.reduction === 'sum' ? 1 : count);
          this.addLoss(() => tf.mul(factor, summed(tf, penalty, name, variable.read())) as never);
        }
        return variable;
      });
      this.#built = { layer, inputs, variables };
      super.build(given);
    }

    override call(given: Tensor | Tensor[], kwargs: { training?: boolean }): Tensor {
      return tf.tidy(() => {
        const input = Array.isArray(given) ? (given[0] as Tensor) : given;
        const { layer, inputs, variables } = this.#known();
        const parameters = variables.map((variable) => variable.read());
        if (input.shape.at(-1) !== inputs) {
          throw new DataError(
            `layer ${this.name} got inputs of shape [${input.shape}]; it was built for ${inputs} inputs, in the last dimension`,
          );
        }
        const rows = input.size / inputs;
        const x = tf.cast(tf.reshape(input, [rows, inputs]), 'float32');
        const drawn = kwargs?.training === true && (layer.unit.noise ?? []).length > 0;
        const draw: Draw = drawn ? { seed: this.#seed, step: this.#steps++ } : undefined;
        const y = differentiable(tf, this.#function(), x, parameters, draw);
        return tf.reshape(y, [...input.shape.slice(0, -1), this.#units]);
      });
    }

    override computeOutputShape(given: Shape | Shape[]): Shape {
      const shape = (Array.isArray(given[0]) ? given[0] : given) as Shape;
      return [...shape.slice(0, -1), this.#units];
    }

    override getConfig() {
      const { initialization, options } = this.#given;
      const names = parameterNames(this.#built?.layer ?? this.#resolve(1));
      const scheme =
        typeof initialization === 'string' ? unit.initializations[initialization] : initialization;
      return {
        ...super.getConfig(),
        units: this.#units,
        ...(scheme && { initialization: names.map(({ name }) => ({ ...scheme[name] })) }),
        ...(options && { options: { ...options } }),
        seed: this.#seed,
        ...(this.#penalty && { penalty: { ...this.#penalty } }),
        ...(!this.#fused && { fused: false }),
      } as never;
    }

    override dispose() {
      const disposed = super.dispose();
      if (disposed.refCountAfterDispose === 0) {
        this.#functions.fused?.dispose();
        this.#functions = {};
      }
      return disposed;
    }

    async effectiveWeights(): Promise<EffectiveWeights> {
      const { layer, inputs, variables } = this.#known();
      const values = await Promise.all(variables.map((variable) => variable.read().data()));
      const raw = Object.fromEntries(
        parameterNames(layer).map(({ name }, k) => [name, values[k] as Float32Array]),
      );
      return unit.weights(raw, inputs, this.#units);
    }

    #resolve(inputs: number): ResolvedLayer {
      return resolveModel({ inputs, layers: [{ unit, outputs: this.#units, ...this.#given }] })
        .layers[0] as ResolvedLayer;
    }

    #known(): Built {
      if (this.#built) return this.#built;
      throw new OptionError(
        `layer ${this.name} has no parameters yet: apply it to inputs, or build the model`,
      );
    }

    #function(): LayerFunction {
      const { layer, inputs } = this.#known();
      const backend = this.#fused ? webGpuBackend(tf) : undefined;
      if (backend) {
        const known = this.#functions.fused;
        if (known?.device === backend.device) return known;
        known?.dispose();
        const placed: NamedLayer = {
          name,
          unit: layer.unit,
          inputs,
          outputs: this.#units,
          index: 0,
          packed: isPacked(layer, undefined),
        };
        this.#functions.fused = new FusedLayer(tf, backend, placed);
        return this.#functions.fused;
      }
      if (!unit.equation) {
        throw new OptionError(
          `unit '${name}' has a shader and no equation: it runs on TensorFlow.js's webgpu back end alone`,
        );
      }
      this.#functions.composed ??= new ComposedLayer(
        tf,
        resolveEquation(unit.equation, layer.options),
        inputs,
        this.#units,
      );
      return this.#functions.composed;
    }
  }

  tf.serialization.registerClass(OfUnit as never);
  return OfUnit as unknown as Constructor;
}

type Saved = Readonly<Record<string, unknown>>;

interface Built {
  readonly layer: ResolvedLayer;
  readonly inputs: number;
  readonly variables: readonly LayerVariable[];
}

/** A part of a layer's name: letters and digits. */
const slug = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll('•', '_mul')
    .replaceAll('σ', '_sigma')
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_|_$/g, '');
