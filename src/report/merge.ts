/** Whether records from several files belong together: shards of one benchmark, each model once. */

import type { Place } from '../benchmark/read.ts';
import type { RunRecord } from '../benchmark/record.ts';
import { RecordError } from '../errors.ts';
import { settingsKey, settingsText } from './names.ts';

export interface MergeOptions {
  /** Several settings of one task are a sweep, not shards that do not fit. Default false. */
  sweep?: boolean;
}

/** A value that all records of a group have, and where it was seen first. */
interface Seen<T> {
  readonly value: T;
  readonly place: Place;
}

/** What a group of records agrees on, by name. */
type Agreement = Map<string, Seen<number | string | null>>;

/** Takes records one after the other and throws RecordError for the first that does not fit those before it. */
export class Merge {
  readonly #sweep: boolean;
  readonly #places = new Map<string, Place>();
  readonly #agreements = new Map<string, Agreement>();

  constructor({ sweep = false }: MergeOptions = {}) {
    this.#sweep = sweep;
  }

  add(run: RunRecord, place: Place): void {
    const { task, unit, op, range, seed, threshold, extrapolationRange, steps, diverged, version } = run;
    const settings = settingsKey(run.settings);
    const text = settingsText(run.settings) || 'none';
    if (!this.#sweep) {
      const advice = 'report them apart, or with --sweep where they are meant to differ';
      this.#agree([task], 'settings', text, place, advice);
    }
    this.#once([task, settings, unit, op, range, seed], run, place);
    this.#agree(
      [task, settings],
      'version',
      version,
      place,
      'train all of it with one version of nalu-webgpu',
    );
    // Not of the whole task: some units are trained for longer than others.
    const unitGroup = [task, settings, op, unit];
    if (!diverged) this.#agree(unitGroup, 'steps', steps, place, 'train all of it for as many steps');
    if (run.training) {
      const training = settingsText(run.training);
      this.#agree(unitGroup, 'training', training, place, 'train all of it in the same way');
    }
    const same = 'these are different tasks: report them apart';
    this.#agree([task, settings, op, range], 'extrapolationRange', extrapolationRange, place, same);
    this.#agree([task, settings, op, range, unit], 'threshold', threshold, place, same);
  }

  #once(key: readonly (string | number)[], run: RunRecord, place: Place): void {
    const name = JSON.stringify(key);
    const before = this.#places.get(name);
    if (before) {
      const { unit, op, range, seed } = run;
      throw new RecordError(
        place,
        'seed',
        `seed ${seed} of ${unit}, ${op}, ${range} is already in ${before.file}:${before.line}; ` +
          'name each file once, or remove one of the two lines',
      );
    }
    this.#places.set(name, place);
  }

  #agree(
    group: readonly string[],
    field: keyof RunRecord,
    value: number | string | null,
    place: Place,
    advice: string,
  ): void {
    const name = JSON.stringify(group);
    const agreement = this.#agreements.get(name) ?? new Map();
    this.#agreements.set(name, agreement);
    const first = agreement.get(field) as Seen<number | string | null> | undefined;
    if (!first) agreement.set(field, { value, place });
    else if (first.value !== value) {
      const { file, line } = first.place;
      const there = `${first.value ?? 'none'} in ${file}:${line}`;
      throw new RecordError(
        place,
        field,
        `${field} of ${group[0]} is ${value ?? 'none'} here but ${there}; such shards do not fit together: ${advice}`,
      );
    }
  }
}
