/**
 * Finds by measurement which tilings are fastest on an adapter. Each kernel's candidates challenge the best so far one after
 * the other: both run in turn, so that other work of the machine slows both, and the challenger must be clearly faster both
 * at the median and at its best, which other work disturbs in different ways.
 */

import type { AnyTiling } from '../../../shaders/kernels/contraction.ts';
import { LimitError, OutOfMemoryError, ShaderError } from '../../errors.ts';
import type { Gpu } from '../../gpu/gpu.ts';
import { candidates } from './candidates.ts';
import { type Bounds, compiled } from './compiled.ts';
import { type KnownTiling, keep, keyOf, recall } from './known-tilings.ts';
import type { LayerContraction } from './layer-contractions.ts';
import type { TileStore } from './tile-options.ts';
import { partOf, Trial } from './trial.ts';

export interface Calibration {
  /** Milliseconds for all contractions together. */
  readonly budget: number;
  readonly store: TileStore | undefined;
  readonly signal: AbortSignal | undefined;
  /** Hears of each contraction's tiling as soon as it is found. */
  choose(contraction: LayerContraction, tiling: AnyTiling): void;
}

/** Timings of each of two, and what the challenger's median and shortest must be below, of the other's. */
const ROUNDS = 5;
const CLEARLY = 0.95;

/** Milliseconds that a timing should take at least, to be more than the way to the GPU and back. */
const ENOUGH = 5;
const MOST_TIMES = 100;

/** Multiply-adds of the first, shortest timing, and by how much the next is longer where that was too short. */
const LEAST_WORK = 2 ** 20;
const GROWTH = 4;

/** What is known on a device, and the calibration under way: two at a time would disturb each other. */
interface Memory {
  readonly known: Map<string, KnownTiling>;
  last: Promise<unknown>;
}

const memories = new WeakMap<Gpu, Memory>();

/**
 * Finds the tilings of `contractions` in passes over `rows` rows; resolves with the milliseconds it took. What was found is
 * kept for the same kind of adapter, kernel and shape, extents up to the same power of two being one.
 */
export async function calibrateTiles(
  gpu: Gpu,
  contractions: readonly LayerContraction[],
  rows: number,
  calibration: Calibration,
): Promise<number> {
  const memory = memories.get(gpu) ?? { known: new Map(), last: Promise.resolve() };
  memories.set(gpu, memory);
  const mine = memory.last.then(() => calibrateAll(gpu, memory.known, contractions, rows, calibration));
  memory.last = mine.catch(() => {});
  return mine;
}

async function calibrateAll(
  gpu: Gpu,
  known: Map<string, KnownTiling>,
  contractions: readonly LayerContraction[],
  rows: number,
  { budget, store, signal, choose }: Calibration,
): Promise<number> {
  const start = performance.now();
  for (const [index, contraction] of contractions.entries()) {
    signal?.throwIfAborted();
    const { layer, kernel } = contraction;
    const list = candidates(gpu, layer, kernel, rows);
    const key = keyOf(gpu, contraction, rows, list);
    const before = known.get(key) ?? (await recall(store, key, list));
    const now = performance.now();
    // Each has its share of what is left, so that none is without.
    const deadline = now + (start + budget - now) / (contractions.length - index);
    const found = await contest(gpu, contraction, rows, list, before, { deadline, signal });
    if (found) known.set(key, found);
    if (found && found.tried > (before?.tried ?? 1)) await keep(store, key, list, found);
    choose(contraction, found?.tiling ?? (list[0] as AnyTiling));
  }
  return performance.now() - start;
}

/** Tries the candidates that were not tried before; undefined where time is up before there is anything to compare. */
async function contest(
  gpu: Gpu,
  contraction: LayerContraction,
  rows: number,
  list: readonly AnyTiling[],
  before: KnownTiling | undefined,
  bounds: Bounds,
): Promise<KnownTiling | undefined> {
  let best: KnownTiling = before ?? { tiling: list[0] as AnyTiling, tried: 1 };
  if (best.tried >= list.length) return best;
  const compile = (tiling: AnyTiling) => compiled(gpu, contraction.source(tiling), bounds);
  if (!(await compile(best.tiling))) return before;
  const first = await lengthened(gpu, contraction, rows, best.tiling).catch(unfit);
  if (!first) return before;
  const { part, times } = first;
  let champion = first.trial;
  try {
    for (const tiling of list.slice(best.tried)) {
      const inTime = await compile(tiling).catch(unfit);
      if (inTime === false) break;
      const challenger = inTime && (await Trial.create(gpu, contraction, part, tiling).catch(unfit));
      if (challenger) {
        const faster = await isFaster(challenger, champion, times, bounds.signal).catch((error) => {
          challenger.dispose();
          throw error;
        });
        if (faster) best = { ...best, tiling };
        (faster ? champion : challenger).dispose();
        if (faster) champion = challenger;
      }
      best = { ...best, tried: best.tried + 1 };
    }
  } finally {
    champion.dispose();
  }
  return best;
}

/** Undefined for the error of a tiling that this adapter does not run. */
function unfit(error: unknown): undefined {
  if (error instanceof ShaderError || error instanceof LimitError || error instanceof OutOfMemoryError)
    return;
  throw error;
}

/** A trial of so much of the pass, so often, that its time can be told from the way to the GPU and back. */
async function lengthened(gpu: Gpu, contraction: LayerContraction, rows: number, tiling: AnyTiling) {
  for (let work = LEAST_WORK; ; work *= GROWTH) {
    const part = partOf(contraction, rows, work);
    const trial = await Trial.create(gpu, contraction, part, tiling);
    try {
      await trial.time(1);
      // The shortest: a timing that something else made long says nothing of the work.
      let milliseconds = Number.POSITIVE_INFINITY;
      for (let round = 0; round < ROUNDS; round++) {
        milliseconds = Math.min(milliseconds, await trial.time(1));
        if (milliseconds < ENOUGH && !part.whole) break;
      }
      if (milliseconds >= ENOUGH || part.whole) {
        return { trial, part, times: Math.min(MOST_TIMES, Math.ceil(ENOUGH / milliseconds)) };
      }
    } catch (error) {
      trial.dispose();
      throw error;
    }
    trial.dispose();
  }
}

async function isFaster(
  challenger: Trial,
  champion: Trial,
  times: number,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  await challenger.time(1);
  const own: number[] = [];
  const other: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    signal?.throwIfAborted();
    own.push(await challenger.time(times));
    other.push(await champion.time(times));
  }
  for (const all of [own, other]) all.sort((a, b) => a - b);
  return [0, (ROUNDS - 1) / 2].every((at) => (own[at] as number) < CLEARLY * (other[at] as number));
}
