/** Ensembles of trained models, and a network that knows no law to hold their formulas against. */

import { Devices } from '../engines/ensemble/devices.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { type Baseline, networkBaseline } from './baselines.ts';
import type { Candidate, PartedRows } from './candidate.ts';
import type { Contender } from './contender.ts';
import type { Settings } from './options.ts';
import { type Ranking, rankingOf } from './ranking.ts';
import { candidatesFrom, type SavedEnsembles, savedCandidates } from './saved.ts';
import { Search, type SearchProgress, trainingRows } from './search.ts';
import type { TrainingRows } from './starts.ts';
import type { Timer } from './timer.ts';
import type { BaselineErrors } from './verdict.ts';

/** A device, or how to get one where it is needed; undefined where there is none. */
export type Device = Gpu | (() => Promise<Gpu>) | undefined;

export interface EnsembleOptions {
  readonly settings: Settings;
  /** What was found without a device. */
  readonly before: readonly Candidate[];
  readonly saved: SavedEnsembles | null;
  readonly linear: Baseline;
  readonly timer: Timer;
  readonly onProgress: (progress: SearchProgress) => void;
}

export interface EnsembleResult {
  readonly ranking: Ranking;
  /** Undefined where it was not trained this time. */
  readonly network: Baseline | undefined;
  readonly contenders: readonly Contender[];
  readonly training: TrainingRows | undefined;
  readonly saved: SavedEnsembles;
}

/** Share of the seconds that the network may train. */
const NETWORK_SHARE = 0.15;
/** Rows that are trained on and that starts are ranked by; formulas are fitted and measured on all. */
const MOST_TRAINED = { inside: 2000, outside: 500 };
/** Generations of starts that one search trains at most, each with seeds of its own. */
const GENERATIONS = 2;
/** Candidates that are kept in files. */
const MOST_KEPT = 30;

/** Trains what is planned; where that was done before, only its formulas are looked at again. */
export async function searchEnsembles(
  device: Exclude<Device, undefined>,
  rows: PartedRows,
  { settings, before, saved, linear, timer, onProgress }: EnsembleOptions,
): Promise<EnsembleResult> {
  const { architectures, models, steps, seed, seconds, maxComplexity, constants } = settings;
  const plan = JSON.stringify([architectures.map(({ name }) => name), models, steps]);
  const fits = ({ size, constants: count }: Candidate) => size <= maxComplexity && count <= constants;
  const known = saved ? candidatesFrom(saved, rows) : [];
  const rank = (found: readonly Candidate[], network: BaselineErrors | null | undefined) =>
    rankingOf([...before, ...found].filter(fits), rows, [linear, ...(network ? [network] : [])]);
  if (saved?.complete && saved.plan === plan) {
    const ranking = rank(known, saved.network);
    return { ranking, network: undefined, contenders: [], training: undefined, saved };
  }
  const devices = new Devices(typeof device === 'function' ? await device() : device, undefined);
  try {
    const first = saved?.seed ?? seed;
    const network = await networkBaseline(devices, rows, {
      ...{ steps, seed, signal: timer.signal },
      seconds: NETWORK_SHARE * seconds,
    });
    const training = trainingRows(rows, MOST_TRAINED);
    const search = new Search(devices, rows, training, {
      ...{ architectures, models, steps, onProgress },
      seed: first,
      baselines: [linear, ...(network ? [network] : [])],
      signal: timer.signal,
      left: () => timer.left,
    });
    const { candidates, contenders, complete } = await search.run();
    const all = [...known, ...candidates];
    return {
      ranking: rank(all, network),
      ...{ network, contenders, training },
      saved: {
        ...{ complete, plan },
        seed: (first + (contenders.length > 0 ? GENERATIONS * models : 0)) >>> 0,
        candidates: savedCandidates(all.slice(0, MOST_KEPT)),
        network: network ? { inRange: network.inRange, outOfRange: network.outOfRange } : null,
      },
    };
  } finally {
    devices.dispose();
  }
}
