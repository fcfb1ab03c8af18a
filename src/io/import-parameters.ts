/**
 * Parameters that were trained elsewhere, in PyTorch or TensorFlow say, as those of a model of this package: tensors by
 * name, as a state dict in a safetensors or .npz file has them.
 */

import { DataError } from '../errors.ts';
import { type ModelDescription, parameterNames, resolveModel } from '../model/description.ts';
import type { Tensor } from '../model/weights.ts';
import { checkArguments, checkOptions } from '../options/check.ts';
import { callback, type Description, either, flag, isNumbers, map, such, text } from '../options/kinds.ts';
import { isList } from '../options/list.ts';
import { type SafeTensor, tensorValues } from './safetensors.ts';
import { listed } from './table.ts';

/** A tensor from a file, or one made in code: values in row-major order. */
export type ForeignTensor =
  | SafeTensor
  | { readonly shape: readonly number[]; readonly data: ArrayLike<number> };

/** ForeignTensors by name, as readers of files give them. */
export type ForeignTensors = ReadonlyMap<string, ForeignTensor> | Readonly<Record<string, ForeignTensor>>;

/** How the tensors of another program are to be named and turned. */
export interface ImportOptions {
  /**
   * From the names in the file to `layers.K.PARAMETER`, K from 0, with the parameters' names as `nalu info --units` has
   * them (`W_hat` is Ŵ): an object from name to name, or a function that gives undefined for a tensor that is not needed.
   * Default: the names are those already.
   */
  rename?: Readonly<Record<string, string>> | ((name: string) => string | undefined);
  /**
   * Whether matrices stand as [outputs, inputs], as PyTorch's do, and not as [inputs, outputs]; a function decides by the
   * name in the file. Default false.
   */
  transpose?: boolean | ((name: string) => boolean);
}

const optionsOf: Description<ImportOptions> = {
  fields: {
    rename: either(map(text), callback<(name: string) => string | undefined>()),
    transpose: either(flag, callback<(name: string) => boolean>()),
  },
};

const isTensor = (value: unknown): boolean => {
  const { shape, data } = (value ?? {}) as Partial<ForeignTensor>;
  return isNumbers(shape) && isList(data);
};

const tensorsKind = such<ForeignTensors>('tensors { shape, data } by name, in a Map or an object', (value) =>
  value instanceof Map
    ? [...value.values()].every(isTensor)
    : typeof value === 'object' && value !== null && Object.values(value).every(isTensor),
);

/**
 * The parameters of the model that `description` describes, for `model.setParameters` and `saveModel`. `tensors` are those of
 * `readSafetensors` or `readNpz`, or an object of them; those that the model does not need may be of any type and shape.
 * Throws DataError where a parameter is missing, is there twice, has another shape or a value that is not a finite float32,
 * and OptionError for options that are none.
 */
export function importParameters(
  description: ModelDescription,
  tensors: ForeignTensors,
  options: ImportOptions = {},
): Readonly<Record<string, Tensor>>[] {
  const { rename = (name: string) => name, transpose = false } = checkOptions(
    optionsOf,
    options,
    'importParameters()',
  );
  checkArguments('importParameters()', { tensors }, { tensors: tensorsKind });
  const given = tensors instanceof Map ? tensors : new Map(Object.entries(tensors));
  const newName = (name: string): string | undefined => {
    if (typeof rename === 'function') return rename(name);
    return Object.hasOwn(rename, name) ? rename[name] : name;
  };
  const found = new Map<string, { from: string; tensor: ForeignTensor }>();
  for (const [from, tensor] of given) {
    const to = newName(from);
    if (to === undefined) continue;
    const before = found.get(to);
    if (before) throw new DataError(`tensors '${before.from}' and '${from}' are both renamed to ${to}`);
    found.set(to, { from, tensor });
  }
  return resolveModel(description).layers.map((layer, k) =>
    Object.fromEntries(
      parameterNames(layer).map(({ name, shape }) => {
        const wanted = `layers.${k}.${name}`;
        const source = found.get(wanted);
        if (!source) {
          throw new DataError(
            `parameter ${wanted} of ${layer.record.name} is missing: rename one of ${listed([...given.keys()])} to it`,
          );
        }
        const { from, tensor } = source;
        const turned = typeof transpose === 'function' ? transpose(from) : transpose;
        return [name, { shape, data: valuesOf(tensor, from, shape, turned) }];
      }),
    ),
  );
}

function valuesOf(
  tensor: ForeignTensor,
  name: string,
  shape: readonly number[],
  turned: boolean,
): Float32Array<ArrayBuffer> {
  const expected = turned ? shape.toReversed() : shape;
  if (tensor.shape.length !== shape.length || tensor.shape.some((size, k) => size !== expected[k])) {
    const isTurned = shape.length === 2 && tensor.shape.join() === shape.toReversed().join() && !turned;
    const advice = isTurned
      ? '; if its matrices are [outputs, inputs], as in PyTorch, say transpose: true'
      : '';
    throw new DataError(`tensor '${name}' has shape [${tensor.shape}]; expected is [${expected}]${advice}`);
  }
  const values: ArrayLike<number> =
    'dtype' in tensor && !(tensor.data instanceof Float64Array)
      ? tensorValues(tensor as SafeTensor, `tensor '${name}'`)
      : (tensor.data as ArrayLike<number>);
  const [rows = 1, columns = 1] = shape;
  const data = new Float32Array(rows * columns);
  if (values.length !== data.length) {
    throw new DataError(
      `tensor '${name}' has ${values.length} values; shape [${shape}] needs ${data.length}`,
    );
  }
  for (let index = 0; index < data.length; index++) {
    const at = turned ? (index % columns) * rows + Math.floor(index / columns) : index;
    data[index] = values[at] as number;
    if (!Number.isFinite(data[index])) {
      throw new DataError(
        `tensor '${name}' has ${values[at]} at index ${at}; it must be finite, and a float32 can hold it`,
      );
    }
  }
  return data;
}
