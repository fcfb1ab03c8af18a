/** What all parts of the search share: the data, the work that is left, and the candidates that were found. */

import type { Columns } from './columns.ts';
import { costOf, criterion, EXACT } from './criterion.ts';
import type { Found } from './found.ts';
import { errorOf, type Fitted } from './marquardt.ts';
import type { SavedBeam, SavedSearch } from './saved.ts';
import { rounded, simplify } from './simplify.ts';
import type { Target } from './target.ts';
import { tidied } from './tidy.ts';
import { type Node, showNode, valuesOf } from './tree.ts';
import { hasUnusualPower } from './unusual.ts';
import { wrapped } from './wraps.ts';

export interface SearchData {
  readonly columns: Columns;
  readonly y: Float64Array;
  /** What the error of each row is multiplied by. */
  readonly weights?: Float64Array | undefined;
}

export interface SearchLimits {
  /** Work that may be done, in units of about two nanoseconds on a machine of 2025. */
  readonly work: number;
  /** Functions that candidates may hold; undefined where all may. */
  readonly functions?: ReadonlySet<string> | undefined;
  /** Whether the best so far is good enough to end the search; asked between its parts. */
  readonly accept?: ((best: Found) => boolean) | undefined;
  readonly trace?: ((text: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((share: number, best: Found | undefined, doing: string) => void) | undefined;
}

/** The work is spent, or the user has had enough. */
export class Spent extends Error {
  readonly interrupted: boolean;

  constructor(interrupted: boolean) {
    super();
    this.interrupted = interrupted;
  }
}
/** A candidate leaves nothing but rounding. */
export class Exactly extends Error {}
/** A candidate was accepted though it leaves something. */
export class Accepted extends Error {}

/** Candidates that are kept. */
const MOST_FOUND = 60;
/** Milliseconds after which others get a turn. */
const TURN = 100;

export class SearchContext {
  readonly found: Found[] = [];
  readonly data: SearchData;
  /** Products that further factors are tried on, by target and columns. */
  readonly beams: Map<string, readonly SavedBeam[]>;
  /** Mean of the squared, weighted target. */
  readonly scale: number;
  readonly rows: number;
  readonly #limits: SearchLimits;
  readonly #keys = new Set<string>();
  #work = 0;
  #turn = performance.now();
  #doing = '';

  constructor(data: SearchData, limits: SearchLimits, before?: SavedSearch) {
    this.data = data;
    this.#limits = limits;
    this.#work = before?.work ?? 0;
    this.found.push(...(before?.found ?? []));
    for (const { node } of this.found) this.#keys.add(showNode(node));
    this.beams = new Map(before?.beams);
    this.rows = data.y.length;
    this.scale = errorOf(new Float64Array(this.rows), data.y, data.weights) || 1;
  }

  get work(): number {
    return this.#work;
  }

  get functions(): ReadonlySet<string> | undefined {
    return this.#limits.functions;
  }

  /** Counts work; throws where it is spent. */
  readonly spend = (work: number): void => {
    this.#work += work;
    if (this.#work > this.#limits.work) throw new Spent(false);
  };

  /** Lets others have a turn now and then, so that an interruption is heard. */
  async pause(doing = this.#doing): Promise<void> {
    this.#doing = doing;
    if (performance.now() - this.#turn < TURN) return;
    this.#limits.onProgress?.(Math.min(1, this.#work / this.#limits.work), this.found[0], doing);
    await new Promise((resolve) => setTimeout(resolve));
    this.#turn = performance.now();
    this.stopIfAborted();
  }

  stopIfAborted(): void {
    if (this.#limits.signal?.aborted) throw new Spent(true);
  }

  /** Ends the search where the best so far is accepted. */
  check(): void {
    const [best] = this.found;
    if (best && this.#limits.accept?.(best)) throw new Accepted();
  }

  trace(text: string): void {
    this.#limits.trace?.(`${text}, work ${this.#work.toExponential(2)}`);
  }

  /** Takes `node` (of t) as a candidate; ends the search where it is exact. */
  take(node: Node, { wrap }: Target, how: string): void {
    const whole = tidied(wrapped(node, wrap));
    const { columns, y, weights } = this.data;
    const error = errorOf(valuesOf(whole, columns), y, weights);
    if (!Number.isFinite(error)) return;
    // What would not be believed is not compared with the others either.
    if (error > EXACT * EXACT * this.scale && hasUnusualPower(whole)) return;
    const key = showNode(whole);
    if (!this.#keys.has(key)) {
      this.#keys.add(key);
      const cost = costOf(whole, this.rows, columns.width);
      this.found.push({
        node: whole,
        error,
        cost,
        criterion: criterion(error, this.scale, cost, this.rows),
        how,
      });
      this.found.sort((a, b) => a.criterion - b.criterion);
      if (this.found.length > MOST_FOUND) this.found.pop();
    }
    if (error <= EXACT * EXACT * this.scale) throw new Exactly();
  }

  /** Takes `fitted` with its exponents rounded if it is exact then. */
  settle(fitted: Fitted, target: Target, how: string): void {
    const { scale } = target;
    const [nearest] = rounded(fitted, target, scale);
    if (nearest && nearest.error <= 1e-18 * scale)
      this.take(simplify(nearest, target, scale).node, target, how);
  }
}
