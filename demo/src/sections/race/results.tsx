/** What came out, as a table: speeds, and the losses after the same step. */

import { Figure } from '../../components/figure.tsx';
import { libraryOf } from '../../experiments/speed/libraries.ts';
import { rateOf } from '../../experiments/speed/race.ts';
import { scientific } from '../../format.ts';
import type { RaceRun } from './state.ts';
import { clock, rateText, timesOurs, verdict } from './words.ts';

export function Results({ run }: { run: RaceRun }) {
  const lanes = run.lanes.value;
  const { checkSteps, learningRate } = run.about.value.workload;
  return (
    <Figure
      title="Result"
      class="whole-row"
      caption={
        <>
          Getting ready, which is not on the clock: loading, compiling and the first step; what an earlier
          contender has loaded need not be loaded again. Equal: within a thousandth of the first loss in the
          column, and within a hundredth of the way it had come down. Adam, learning rate {learningRate}, in
          float32 everywhere; sums in another order differ in their last digits.
        </>
      }
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard, too, can scroll it */}
      <section class="scroll-x" tabIndex={0} aria-label="Result, in a table that may be wider than the page">
        <table class="results">
          <thead>
            <tr>
              <th scope="col">Contender</th>
              <th scope="col">Ready after</th>
              <th scope="col">Steps per second</th>
              <th scope="col">This package is</th>
              <th scope="col">Step {checkSteps} after</th>
              <th scope="col">Loss after step {checkSteps}</th>
            </tr>
          </thead>
          <tbody>
            {lanes.map((lane) => {
              const { contender, readySeconds, common } = lane;
              const rate = rateOf(lane);
              const times = lane === lanes[0] ? undefined : timesOurs(lane, lanes);
              const word = verdict(lane, lanes);
              return (
                <tr key={contender} data-contender={contender}>
                  <th scope="row">{libraryOf(contender).title}</th>
                  <td>{readySeconds === undefined ? '–' : clock(readySeconds)}</td>
                  <td>
                    <data value={rate ?? ''} data-name={`rate-${contender}`}>
                      {rate === undefined ? '–' : rateText(rate)}
                    </data>
                  </td>
                  <td>{times === undefined ? '–' : `${times} × as fast`}</td>
                  <td>{common ? clock(common.seconds) : '–'}</td>
                  <td>
                    {common ? (
                      <>
                        <data value={String(common.loss)} data-name={`loss-${contender}`}>
                          {scientific(common.loss, 5)}
                        </data>{' '}
                        {word && <span class={`verdict verdict-${word}`}>{word}</span>}
                      </>
                    ) : (
                      '–'
                    )}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </section>
    </Figure>
  );
}
