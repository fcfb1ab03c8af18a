/** What came out, as a table: speeds, and the losses after the same step; and what one should know before one believes it. */

import { Figure } from '../../components/figure.tsx';
import { Notice, Said } from '../../components/notice.tsx';
import { libraryOf } from '../../experiments/speed/libraries.ts';
import { rateOf } from '../../experiments/speed/race.ts';
import { deviceOf } from '../../experiments/speed/report.ts';
import { scientific } from '../../format.ts';
import { engine } from '../../state/engine.ts';
import { underWay } from '../../state/training.ts';
import type { RaceRun } from './state.ts';
import { clock, rateText, timesOurs, verdict } from './words.ts';

export function Notices({ run }: { run: RaceRun }) {
  return (
    <>
      <Failure run={run} />
      <Disturbance run={run} />
    </>
  );
}

function Failure({ run }: { run: RaceRun }) {
  const progress = run.progress.value;
  if (progress.kind !== 'unavailable' && progress.kind !== 'failed') return null;
  const title =
    progress.kind === 'failed'
      ? 'The race failed.'
      : 'The browser gives the race no GPU, so nobody can start.';
  return (
    <Notice kind="problem" title={title} action={{ label: 'Start again', run: () => run.start() }}>
      <Said message={progress.message} />
    </Notice>
  );
}

function Disturbance({ run }: { run: RaceRun }) {
  const others = underWay.value;
  if (others.length > 0) {
    const pause = () => {
      for (const training of others) training.pause();
    };
    return (
      <Notice
        kind="info"
        title={`${others.length === 1 ? 'Another training runs' : 'Other trainings run'} on this page.`}
        action={{ label: others.length === 1 ? 'Pause it' : 'Pause them', run: pause }}
      >
        <p>It takes its share of the GPU and of the processor, and slows everybody in the race.</p>
      </Notice>
    );
  }
  if (!run.disturbed.value) return null;
  return (
    <Notice kind="info" title="Something else trained on this page during the race.">
      <p>It took its share of the GPU and of the processor: race again before you believe these numbers.</p>
    </Notice>
  );
}

/** Under the lanes: on what they ran. */
export function Device({ run }: { run: RaceRun }) {
  const state = engine.value;
  const adapter = run.adapter.value ?? (state.kind === 'ready' ? state.adapter : undefined);
  if (!adapter) return null;
  return (
    <p class="fine">
      WebGPU runs on {deviceOf(adapter)}.{' '}
      {adapter.software &&
        'Your processor plays the part of a graphics card here, for every contender with “WebGPU” in its name, this package included; WebAssembly and JavaScript use the processor as it is. So this race compares programs on one processor, and says nothing of how they would do on a graphics card.'}
    </p>
  );
}

export function Results({ run }: { run: RaceRun }) {
  const lanes = run.lanes.value;
  const { checkSteps, learningRate } = run.about.value.workload;
  return (
    <Figure
      title="Result"
      class="whole-row"
      caption={
        <>
          Ready after: the time for loading, compiling and the first step, which is not on the clock. What an
          earlier contender has loaded is not loaded again. Equal: within a thousandth of the first loss in
          the column, and within a hundredth of the way it had come down. Adam, learning rate {learningRate},
          in float32 everywhere; sums in another order differ in their last digits.
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
