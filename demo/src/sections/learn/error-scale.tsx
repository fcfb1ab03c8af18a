/** Where this run stands: its error beside the article's, and beside what other starts reached. */

import { Figure } from '../../components/figure.tsx';
import { grouped, powerOfTen, scientific } from '../../format.ts';
import type { ExperimentRun } from './state.ts';

/** Errors of many seeds after so many epochs. */
export interface Distribution {
  readonly epochs: number;
  readonly learned: string;
  readonly best: number;
  readonly median: number;
}

const FIRST = -8;
const LAST = 1;

/** Percent along the scale. */
function at(error: number): string {
  const exponent = error > 0 ? Math.log10(error) : FIRST;
  const part = (Math.min(Math.max(exponent, FIRST), LAST) - FIRST) / (LAST - FIRST);
  return `${(100 * part).toFixed(2)}%`;
}

interface ErrorScaleProps {
  run: ExperimentRun;
  others: readonly Distribution[];
}

export function ErrorScale({ run, others }: ErrorScaleProps) {
  const error = run.outcome.value?.error;
  const { articleError } = run.experiment;
  const ticks = Array.from({ length: LAST - FIRST + 1 }, (_, index) => FIRST + index);
  return (
    <Figure
      title="One run among many"
      class="standing"
      caption={
        <>
          Largest relative error over the 125 test rows, smaller to the left. How exact a run becomes depends
          on its random start, so the article's {scientific(articleError)} is one draw. The bars reach from
          the best to the median of 20 other starts, trained as in the article, in float32 with NumPy; a start
          has learned when its error is below 10⁻².
        </>
      }
    >
      <div class="scale">
        <div class="scale-row">
          <span class="scale-name">the article</span>
          <div class="scale-track">
            <i
              class="mark mark-article"
              style={{ left: at(articleError) }}
              title={`the article: ${scientific(articleError)}`}
            />
          </div>
        </div>
        <div class="scale-row">
          <span class="scale-name">this run</span>
          <div class="scale-track">
            {run.finished.value.map((other) => (
              <i
                key={`${other.seed} ${other.epochs} ${other.rate}`}
                class="mark mark-past"
                style={{ left: at(other.error) }}
                title={`seed ${other.seed}, ${other.epochs} epochs: ${scientific(other.error)}`}
              />
            ))}
            {error !== undefined && Number.isFinite(error) && (
              <i class="mark mark-now" style={{ left: at(error) }} />
            )}
          </div>
        </div>
        {others.map(({ epochs, learned, best, median }) => (
          <div class="scale-row" key={epochs}>
            <span class="scale-name">
              {grouped(epochs)} epochs <small>{learned} learn</small>
            </span>
            <div class="scale-track">
              <i
                class="mark-range"
                style={{ left: at(best), right: `calc(100% - ${at(median)})` }}
                title={`best ${scientific(best)}, median ${scientific(median)}`}
              />
            </div>
          </div>
        ))}
        <div class="scale-row scale-ticks" aria-hidden="true">
          <span class="scale-name" />
          <div class="scale-track">
            {ticks.map((tick) => (
              <span key={tick} style={{ left: at(10 ** tick) }}>
                {tick === 0 ? '1' : tick === 1 ? '10' : powerOfTen(tick)}
              </span>
            ))}
          </div>
        </div>
      </div>
    </Figure>
  );
}
