/**
 * The state of an ensemble as safetensors, so that a run goes on in another process to the same bits. Everything numeric
 * is a tensor, since JSON has no infinity, which errors that were never measured are.
 */

import type { Attached } from '../engines/ensemble/checkpoints.ts';
import type { MonitorState } from '../engines/ensemble/monitor.ts';
import { type EnsembleState, TRAIN_STATE_WORDS } from '../engines/ensemble/state.ts';
import { FileFormatError } from '../errors.ts';
import { checkArguments } from '../options/check.ts';
import { isNumbers, map, such, text } from '../options/kinds.ts';
import type { Bytes } from './bytes.ts';
import { type Dtype, readSafetensors, type SafeTensor, writeSafetensors } from './safetensors.ts';

const FORMAT = 'checkpoint';
const NAME = 'nalu-webgpu/ensemble';
/** What the names of attached tensors begin with. */
const ATTACHED = 'attached.';

const stateKind = such<EnsembleState>('the state of an ensemble, as its save() gives it', (value) => {
  const { floats, trainStates, losses, monitor } = (value ?? {}) as Partial<EnsembleState>;
  const { errors, histories, draws } = monitor ?? ({} as Partial<MonitorState>);
  return (
    floats instanceof Float32Array &&
    trainStates instanceof Uint32Array &&
    losses instanceof Float32Array &&
    isNumbers(errors) &&
    isNumbers(draws) &&
    Array.isArray(histories) &&
    histories.every((history) => Array.isArray(history) && history.every(isNumbers))
  );
});

const attachedKind = such<Attached[string]>(
  'a Float64Array, Float32Array or Uint32Array',
  (value) => value instanceof Float64Array || value instanceof Float32Array || value instanceof Uint32Array,
);

/**
 * A file that `loadCheckpoint` reads. `notes` are texts to keep with it: the options of the run, for example; `attached`
 * are numbers that belong to it.
 */
export function saveCheckpoint(
  state: EnsembleState,
  notes: Readonly<Record<string, string>> = {},
  attached: Attached = {},
): Uint8Array<ArrayBuffer> {
  checkArguments(
    'saveCheckpoint()',
    { state, notes, attached },
    { state: stateKind, notes: map(text), attached: map(attachedKind) },
  );
  const { errors, histories, draws } = state.monitor;
  const stretches = histories.flat();
  const tensors: Readonly<Record<string, SafeTensor>> = {
    floats: vector('F32', state.floats),
    trainStates: vector('U32', state.trainStates),
    losses: vector('F32', state.losses),
    'monitor.errors': vector('F64', Float64Array.from(errors)),
    'monitor.draws': vector('U32', Uint32Array.from(draws)),
    'monitor.lengths': vector(
      'U32',
      Uint32Array.from(histories, ({ length }) => length),
    ),
    'monitor.values': vector(
      'F64',
      Float64Array.from(stretches, ([value]) => value),
    ),
    'monitor.counts': vector(
      'F64',
      Float64Array.from(stretches, ([, count]) => count),
    ),
  };
  const beside = Object.entries(attached).map(([name, values]): [string, SafeTensor] => [
    ATTACHED + name,
    vector(dtypeOf(values), values),
  ]);
  const metadata = {
    ...Object.fromEntries(Object.entries(notes).map(([name, text]) => [`note.${name}`, text])),
    format: NAME,
    version: String(state.version),
    models: String(state.models),
    lanes: String(state.lanes),
    step: String(state.step),
    logged: String(state.logged),
  };
  return writeSafetensors({ tensors: new Map([...Object.entries(tensors), ...beside]), metadata });
}

const vector = (dtype: Dtype, data: SafeTensor['data']): SafeTensor => ({
  dtype,
  shape: [data.length],
  data,
});

const dtypeOf = (values: Attached[string]): Dtype =>
  values instanceof Float64Array ? 'F64' : values instanceof Float32Array ? 'F32' : 'U32';

/** The reverse of `saveCheckpoint`, to the bit. Throws FileFormatError. */
export function loadCheckpoint(bytes: Bytes): {
  readonly state: EnsembleState;
  readonly notes: Readonly<Record<string, string>>;
  readonly attached: Attached;
} {
  const { tensors, metadata } = readSafetensors(bytes);
  const { format, version } = metadata;
  if (format !== NAME) refuse('__metadata__', `format is ${JSON.stringify(format)}; expected "${NAME}"`);
  if (version !== '2')
    refuse('__metadata__', `version is ${JSON.stringify(version)}; this release reads version 2`);
  const models = wholeNumber('models', metadata.models);
  const { f32, u32, f64 } = readersOf(tensors);
  const state: EnsembleState = {
    version: 2,
    models,
    lanes: wholeNumber('lanes', metadata.lanes),
    step: wholeNumber('step', metadata.step),
    logged: metadata.logged === '-1' ? -1 : wholeNumber('logged', metadata.logged),
    floats: f32('floats'),
    trainStates: u32('trainStates', TRAIN_STATE_WORDS * models),
    losses: f32('losses', models),
    monitor: {
      errors: [...f64('monitor.errors', models)],
      draws: [...u32('monitor.draws', models)],
      histories: readHistories(u32('monitor.lengths', models), f64('monitor.values'), f64('monitor.counts')),
    },
  };
  const notes = Object.entries(metadata)
    .filter(([name]) => name.startsWith('note.'))
    .map(([name, text]) => [name.slice('note.'.length), text]);
  return { state, notes: Object.fromEntries(notes), attached: readAttached(tensors) };
}

function readAttached(tensors: ReadonlyMap<string, SafeTensor>): Attached {
  const found = new Map<string, Attached[string]>();
  for (const [name, { data }] of tensors) {
    if (!name.startsWith(ATTACHED)) continue;
    const known = data instanceof Float64Array || data instanceof Float32Array || data instanceof Uint32Array;
    found.set(
      name.slice(ATTACHED.length),
      known ? data : refuse(name, 'this tensor is not of F64, F32 or U32'),
    );
  }
  return Object.fromEntries(found);
}

/** Values of tensors by name, checked for their type and, where it is given, their number. */
function readersOf(tensors: ReadonlyMap<string, SafeTensor>) {
  const values = (name: string, length?: number): SafeTensor['data'] => {
    const { data } = tensors.get(name) ?? refuse(name, 'this tensor is missing');
    if (length !== undefined && data.length !== length) {
      refuse(name, `this tensor has ${data.length} values; ${length} are needed`);
    }
    return data;
  };
  const wrong = (name: string, wanted: Dtype): never => refuse(name, `this tensor is not of ${wanted}`);
  return {
    f32: (name: string, length?: number) => {
      const data = values(name, length);
      return data instanceof Float32Array ? data : wrong(name, 'F32');
    },
    u32: (name: string, length?: number) => {
      const data = values(name, length);
      return data instanceof Uint32Array ? data : wrong(name, 'U32');
    },
    f64: (name: string, length?: number) => {
      const data = values(name, length);
      return data instanceof Float64Array ? data : wrong(name, 'F64');
    },
  };
}

function readHistories(
  lengths: Uint32Array,
  values: Float64Array,
  counts: Float64Array,
): MonitorState['histories'] {
  const total = lengths.reduce((sum, length) => sum + length, 0);
  if (values.length !== total || counts.length !== total) {
    refuse('monitor.values', `it and monitor.counts must have ${total} values, as monitor.lengths says`);
  }
  if (!counts.every((count) => Number.isSafeInteger(count) && count > 0)) {
    refuse('monitor.counts', 'must be whole numbers above 0');
  }
  let at = 0;
  return Array.from(lengths, (length) => {
    at += length;
    return Array.from({ length }, (_, k): [number, number] => [
      values[at - length + k] as number,
      counts[at - length + k] as number,
    ]);
  });
}

function wholeNumber(name: string, text: string | undefined): number {
  const value = /^[0-9]{1,15}$/.test(text ?? '') ? Number(text) : Number.NaN;
  return Number.isSafeInteger(value) ? value : refuse(`__metadata__.${name}`, 'must be a whole number');
}

function refuse(path: string, message: string): never {
  throw new FileFormatError(FORMAT, { path }, message);
}
