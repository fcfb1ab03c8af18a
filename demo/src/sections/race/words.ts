/** Numbers and outcomes of a race as people read them, and the result as text to pass on. */

import { libraryOf, versions } from '../../experiments/speed/libraries.ts';
import { agrees, type Lane, rateOf, referenceOf } from '../../experiments/speed/race.ts';
import { cellOf, deviceOf, duration } from '../../experiments/speed/report.ts';
import { grouped } from '../../format.ts';
import type { RaceRun } from './state.ts';

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

export function raceMarkdown(run: RaceRun): string {
  const lanes = run.lanes.peek();
  const { what, workload } = run.about.peek();
  const { seconds } = run.state.values.peek();
  const { checkSteps } = workload;
  const rows = lanes.map((lane) => {
    const { contender, phase, reason, steps, readySeconds, common } = lane;
    const rate = rateOf(lane);
    const cells = [
      libraryOf(contender).title,
      phase === 'finished' ? String(steps) : cellOf(`${phase}${reason ? `: ${reason}` : ''}`),
      rate ? String(Number(rate.toPrecision(3))) : '',
      timesOurs(lane, lanes) ?? '',
      readySeconds === undefined ? '' : clock(readySeconds),
      common ? clock(common.seconds) : (phase === 'finished' && cellOf(reason ?? '')) || '',
      common ? `${common.loss.toPrecision(6)} ${verdict(lane, lanes) ?? ''}` : '',
    ];
    return `| ${cells.join(' | ')} |`;
  });
  const families = new Set(lanes.map(({ contender }) => libraryOf(contender).family));
  const used = [...families].map((family) => versions[family]);
  const disturbed = run.disturbed.peek() ? ['Something else trained on the page during the race.'] : [];
  const adapter = run.adapter.peek();
  const { userAgent } = navigator;
  return `${[
    `**${what[0]?.toUpperCase()}${what.slice(1)}: ${clock(seconds)} for each library**`,
    [
      `| library | steps in ${clock(seconds)} | per second | × slower than the first | ready after | step ${checkSteps} after | loss after step ${checkSteps} |`,
      '|---|---|---|---|---|---|---|',
      ...rows,
    ].join('\n'),
    ...disturbed,
    `Adapter: ${adapter ? deviceOf(adapter) : 'unknown'}. Browser: ${userAgent}. ${used.join(', ')}.`,
    run.state.link(),
  ].join('\n\n')}\n`;
}
