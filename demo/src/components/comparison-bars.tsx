/** One comparison: a bar per library on a logarithmic axis, with its time in words beside it. */

import type { ComponentChildren } from 'preact';
import { comparisons, libraryOf } from '../experiments/speed/libraries.ts';
import { duration, millisecondsOf, remark } from '../experiments/speed/report.ts';
import type { Comparison } from '../experiments/speed/work.ts';
import { Bar } from './bars.tsx';
import { Figure } from './figure.tsx';

interface ComparisonBarsProps {
  comparison: Comparison;
  /** Default: what was compared. */
  title?: string;
  /** Beside how the bars are to be read. */
  children?: ComponentChildren;
}

export function ComparisonBars({ comparison, title, children }: ComparisonBarsProps) {
  const { workload, models, results } = comparison;
  const times = results.flatMap((measured) => millisecondsOf(measured, models) ?? []);
  const low = Math.floor(Math.log10(Math.min(...times)) - 0.3);
  const high = Math.ceil(Math.log10(Math.max(...times)));
  const share = (value: number) => (100 * (Math.log10(value) - low)) / Math.max(1, high - low);
  const ours = results[0] && millisecondsOf(results[0], models);
  return (
    <Figure
      title={title ?? comparisons[workload] ?? workload}
      caption={<>Shorter is faster. The scale is logarithmic. {children}</>}
      class="comparison"
    >
      <ul class="bars">
        {results.map((measured) => {
          const { title, family } = libraryOf(measured.contender);
          const taken = millisecondsOf(measured, models);
          return (
            <li key={measured.contender} data-contender={measured.contender}>
              <span class="bar-name">{title}</span>
              {taken === undefined ? (
                <span class="bar-remark">{remark(measured)}</span>
              ) : (
                <>
                  <Bar family={family} share={share(taken)} />
                  <span class="bar-time">
                    {duration(taken)}
                    {ours && measured !== results[0] && (
                      <span class="bar-ratio"> {Number((taken / ours).toPrecision(2))} ×</span>
                    )}
                  </span>
                </>
              )}
            </li>
          );
        })}
      </ul>
      <p class="bar-axis" aria-hidden="true">
        {Array.from({ length: high - low + 1 }, (_, index) => low + index)
          .filter((exponent) => exponent > low || high - low < 2)
          .map((exponent) => (
            <span key={exponent} style={{ left: `${share(10 ** exponent)}%` }}>
              {duration(10 ** exponent)}
            </span>
          ))}
      </p>
    </Figure>
  );
}
