/** The result as text to pass on. */

import { libraryOf } from '../../bench/choices.ts';
import { cellOf, deviceOf } from '../../bench/markdown.ts';
import { rateOf } from '../../bench/race/lane.ts';
import { versions } from '../../bench/versions.ts';
import type { RaceRun } from './run.ts';
import { clock, timesOurs, verdict } from './words.ts';

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
