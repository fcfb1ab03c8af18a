/** Numbers and outcomes of a race as people read them. */

import { duration } from '../../bench/markdown.ts';
import { agrees, type Lane, rateOf, referenceOf } from '../../bench/race/lane.ts';
import { grouped } from '../../format.ts';

/** Of the clock: 0.0021 → 2.1 ms, 2 → 2 s. */
export const clock = (seconds: number): string => duration(1000 * seconds);

/** Steps per second; few of them with their decimals. */
export const rateText = (rate: number): string =>
  rate < 100 ? String(Number(rate.toPrecision(3))) : grouped(Number(rate.toPrecision(3)));

/** How many times as many steps the first contender did; undefined where one of them did none. */
export function timesOurs(lane: Lane, lanes: readonly Lane[]): number | undefined {
  const [own, ours] = [rateOf(lane), lanes[0] && rateOf(lanes[0])];
  return own && ours ? Number((ours / own).toPrecision(2)) : undefined;
}

/** Of a loss after the common step: how it stands to the first one's. */
export function verdict(lane: Lane, lanes: readonly Lane[]): 'reference' | 'equal' | 'differs' | undefined {
  const reference = referenceOf(lanes);
  if (lane === reference) return 'reference';
  const same = agrees(lane, reference);
  return same === undefined ? undefined : same ? 'equal' : 'differs';
}

/** What all the losses together say. */
export function agreementText(lanes: readonly Lane[]): string {
  const verdicts = lanes.map((lane) => verdict(lane, lanes));
  const compared = verdicts.filter((each) => each === 'equal' || each === 'differs').length;
  const different = verdicts.filter((each) => each === 'differs').length;
  if (compared === 0) return 'no losses to compare';
  const result = different === 0 ? 'all equal' : `${different} ${different === 1 ? 'differs' : 'differ'}`;
  return `${compared + 1} losses compared, ${result}`;
}
