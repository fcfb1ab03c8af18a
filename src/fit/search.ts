/**
 * The search: a cycle of training for random starts of every architecture, formulas out of the best of them, and further cycles
 * for the architectures whose formulas reach farthest (successive halving: Jamieson and Talwalkar, 2016). It ends as soon as a
 * formula is exact and more than one start has found it, or passes as a law with noise and other architectures do not better it.
 */

import type { Devices } from '../engines/ensemble/devices.ts';
import { keyOf } from '../expression/tree.ts';
import { scaleRows } from '../formula/scaling.ts';
import { agreement } from './agreement.ts';
import type { Architecture } from './architectures.ts';
import { type Candidate, candidatesOf, type PartedRows } from './candidate.ts';
import type { Contender } from './contender.ts';
import { pickRows, rowNumbers, thinned } from './rows.ts';
import { Starts, type TrainingRows } from './starts.ts';
import { type BaselineErrors, judge, type Verdict } from './verdict.ts';

export interface SearchOptions {
  readonly architectures: readonly Architecture[];
  /** Starts of each architecture. */
  readonly models: number;
  /** Steps of a start that goes all the way. */
  readonly steps: number;
  readonly seed: number;
  readonly baselines: readonly BaselineErrors[];
  /** Aborts when time is up or the user has had enough. */
  readonly signal: AbortSignal;
  /** Seconds that are left. */
  readonly left: () => number;
  readonly onProgress?: (progress: SearchProgress) => void;
}

export interface SearchProgress {
  readonly round: number;
  readonly rounds: number;
  readonly architecture: string;
  readonly step: number;
  readonly steps: number;
  /** Starts trained in this cycle. */
  readonly models: number;
  readonly best: Candidate | undefined;
}

export interface SearchResult {
  /** All that were found, the best first: those that pass as a law before those that do not. */
  readonly candidates: readonly Candidate[];
  readonly verdict: Verdict | undefined;
  readonly contenders: readonly Contender[];
  /** Whether everything planned was done, or nothing more was needed. */
  readonly complete: boolean;
}

/** Share of all steps in the first cycle. */
const SCREENING = 0.25;
/** Share of the starts, and of the architectures, that go on. */
const KEPT_STARTS = 0.25;
const KEPT_ARCHITECTURES = 0.5;
/** Starts of an architecture whose formula is read after a cycle, and seconds this may take. */
const READ = 5;
const READING_SECONDS = 2;
/** Architectures that do not better a formula that passes as a law, after which no more are tried. */
const UNBEATEN = 3;
/** Rounds: all architectures, the better half of them, and that half again from other starts. */
const ROUNDS = 3;

export class Search {
  readonly #devices: Devices;
  readonly #rows: PartedRows;
  readonly #options: SearchOptions;
  readonly #training: TrainingRows;
  readonly #contenders: Contender[] = [];
  readonly #candidates = new Map<string, Candidate>();
  readonly #verdicts = new Map<string, Verdict>();
  /** Seconds the slowest compilation and first steps took: none is begun that would not end in time. */
  #slowest = 0;
  /** Seconds to read one start, likewise. */
  #slowestReading = 0;

  constructor(devices: Devices, rows: PartedRows, training: TrainingRows, options: SearchOptions) {
    this.#devices = devices;
    this.#rows = rows;
    this.#options = options;
    this.#training = training;
  }

  async run(): Promise<SearchResult> {
    const { architectures, models, steps } = this.#options;
    const first = Math.max(1, Math.round(SCREENING * steps));
    const more = Math.max(1, steps - first);
    let unbeaten = 0;
    for (const architecture of architectures) {
      const before = this.#sorted()[0];
      const contender = this.#enter(architecture, 0);
      if (!(await this.#cycle(contender, 1, first))) return this.#result(false);
      if (this.#isExact(contender) && (await this.#confirm(contender, more))) return this.#result(true);
      unbeaten = before !== undefined && before === this.#sorted()[0] ? unbeaten + 1 : 0;
      if (unbeaten === UNBEATEN && this.#found) break;
    }
    if (this.#found) return this.#result(true);
    for (const contender of this.#better()) {
      if (contender.starts.steps > first) continue;
      contender.starts.keep(Math.max(8, Math.ceil(KEPT_STARTS * models)));
      if (!(await this.#cycle(contender, 2, more))) return this.#result(false);
      if (this.#isExact(contender)) return this.#result(true);
    }
    if (this.#found) return this.#result(true);
    for (const { architecture } of this.#better()) {
      const contender = this.#enter(architecture, 1);
      if (!(await this.#cycle(contender, 3, first))) return this.#result(false);
      contender.starts.keep(Math.max(8, Math.ceil(KEPT_STARTS * models)));
      if (!this.#isExact(contender) && !(await this.#cycle(contender, 3, more))) return this.#result(false);
      if (this.#isExact(contender)) return this.#result(true);
    }
    return this.#result(true);
  }

  /** Whether the best of all passes as a law. */
  get #found(): boolean {
    return this.#sorted().some((candidate) => this.#judge(candidate).found);
  }

  #enter(architecture: Architecture, generation: number): Contender {
    const { models, seed } = this.#options;
    const seeds = Array.from({ length: models }, (_, k) => (seed + generation * models + k) >>> 0);
    const contender = {
      architecture,
      starts: new Starts(architecture, this.#training, seeds),
      best: undefined,
    };
    this.#contenders.push(contender);
    return contender;
  }

  /** Trains on and reads formulas; false where time is up. */
  async #cycle(contender: Contender, round: number, steps: number): Promise<boolean> {
    const { signal, left, onProgress } = this.#options;
    const { starts, architecture } = contender;
    if (signal.aborted || left() < this.#slowest) return false;
    const tell = (step: number) =>
      onProgress?.({
        round,
        rounds: ROUNDS,
        architecture: architecture.name,
        step,
        steps,
        models: starts.going,
        best: this.#sorted()[0],
      });
    tell(0);
    await starts.train(this.#devices, steps, { signal, onStep: tell });
    this.#slowest = Math.max(this.#slowest, starts.compilation);
    this.#read(contender);
    tell(steps);
    await new Promise((resolve) => setTimeout(resolve)); // so that an interruption is heard
    return !signal.aborted;
  }

  /** Formulas of the best starts, of those with equal errors one only. */
  #read({ architecture, starts }: Contender): void {
    const began = performance.now();
    const model = architecture.model(this.#training.inputs);
    const seen: number[] = [];
    for (const start of starts.ranked()) {
      if (seen.some((error) => Math.abs(error - start.error) <= 1e-3 * error)) continue;
      if (!Number.isFinite(start.error) || seen.length === READ) break;
      seen.push(start.error);
      for (const candidate of candidatesOf(architecture.name, model, start.parameters, this.#rows)) {
        this.#take(candidate);
      }
      const seconds = (performance.now() - began) / 1000;
      this.#slowestReading = Math.max(this.#slowestReading, seconds / seen.length);
      if (seconds > READING_SECONDS || this.#options.left() < this.#slowestReading) break;
    }
  }

  #take(candidate: Candidate): void {
    const key = keyOf(candidate.formula.expressions[0] as Parameters<typeof keyOf>[0]);
    if (!this.#candidates.has(key)) this.#candidates.set(key, candidate);
    const contender = this.#contenders.findLast(
      ({ architecture }) => architecture.name === candidate.architecture,
    );
    if (contender && !(contender.best && contender.best.criterion <= candidate.criterion)) {
      contender.best = candidate;
    }
  }

  #judge(candidate: Candidate): Verdict {
    const known = this.#verdicts.get(candidate.text);
    if (known) return known;
    const verdict = judge(candidate, this.#rows, this.#options.baselines);
    this.#verdicts.set(candidate.text, verdict);
    return verdict;
  }

  #isExact({ best }: Contender): boolean {
    return best !== undefined && this.#judge(best).exact;
  }

  /** Whether another start came to the same formula, if need be after the rest of the training. */
  async #confirm(contender: Contender, steps: number): Promise<boolean> {
    const agrees = () =>
      agreement(contender.best as Candidate, this.#contenders, this.#training, this.#rows) > 1;
    if (agrees()) return true;
    contender.starts.keep(Math.max(8, Math.ceil(KEPT_STARTS * this.#options.models)));
    return (await this.#cycle(contender, 1, steps)) && agrees();
  }

  /** The architectures whose best formulas reach farthest. */
  #better(): Contender[] {
    const of = ({ best }: Contender) => best?.criterion ?? Number.POSITIVE_INFINITY;
    const latest = new Map(this.#contenders.map((contender) => [contender.architecture.name, contender]));
    const sorted = [...latest.values()].sort((a, b) => of(a) - of(b));
    return sorted.slice(0, Math.max(1, Math.ceil(KEPT_ARCHITECTURES * sorted.length)));
  }

  #sorted(): Candidate[] {
    return [...this.#candidates.values()].sort((a, b) => a.criterion - b.criterion);
  }

  #result(complete: boolean): SearchResult {
    const sorted = this.#sorted();
    // The criterion compares formulas; whether one is believed is judged for the best few.
    const passed = sorted.slice(0, 20).filter((candidate) => this.#judge(candidate).found);
    const candidates = [...passed.slice(0, 1), ...sorted.filter((candidate) => candidate !== passed[0])];
    const [best] = candidates;
    return {
      candidates,
      verdict: best && this.#judge(best),
      contenders: this.#contenders,
      complete,
    };
  }
}

/** What starts are trained on and ranked by, out of the rows of a table: scaled, and no more than so many. */
export function trainingRows(rows: PartedRows, most: { inside: number; outside: number }): TrainingRows {
  const width = rows.inputs.length;
  const part = ({ x, y }: PartedRows['inside'], count: number) => {
    const chosen = thinned(rowNumbers(y.length), count);
    return {
      x: Float32Array.from(scaleRows(pickRows(x, width, chosen), rows.inputScaling)),
      y: Float32Array.from(scaleRows(pickRows(y, 1, chosen), [rows.targetScaling])),
    };
  };
  const inside = part(rows.inside, most.inside);
  const outside = part(rows.outside, most.outside);
  return { inputs: width, x: inside.x, y: inside.y, heldOutX: outside.x, heldOutY: outside.y };
}
