/** What the section is about, and the equations of the units that are compared. */

import { describeUnit, findUnit } from '../../../../src/index.ts';
import type { EnsembleRun } from './run.ts';
import { layersOf } from './units.ts';

export function Intro({ run }: { run: EnsembleRun }) {
  const layers = [...new Set(run.units.value.flatMap(layersOf))];
  return (
    <div class="story">
      <div class="prose">
        <p>
          Whether such a unit finds the operation depends on where its weights begin. One training that
          succeeds shows little, and so does one that fails. Below, a thousand models of each unit begin from
          a thousand random starts, the <dfn>seeds</dfn>, and train at the same time, in a few dispatches to
          the GPU.
        </p>
        <p>
          A model is <dfn>solved</dfn> when it is right on numbers outside its training range, as nearly as if
          every weight were off by a ten-thousandth. The share of solved models is the unit's{' '}
          <dfn>success rate</dfn>; how sure one can be of it is its 95 % interval, narrower with more seeds.
        </p>
      </div>
      <aside class="equations" aria-label="The units that are compared">
        <dl class="unit-list">
          {layers.map((name) => {
            const { summary, formula, paper } = describeUnit(findUnit(name));
            return (
              <>
                <dt key={name}>{name}</dt>
                <dd>
                  {summary}
                  {formula && <span class="unit-formula">{formula}</span>}
                  {paper.arxiv && (
                    <a href={`https://arxiv.org/abs/${paper.arxiv}`}>
                      {paper.authors.split(',')[0]} and others, {paper.year}
                    </a>
                  )}
                </dd>
              </>
            );
          })}
        </dl>
        <p class="fine">
          The nine ranges, the thresholds and the published recipes are those of{' '}
          <a href="https://arxiv.org/abs/2101.09530">A Primer for Neural Arithmetic Logic Modules</a>.
        </p>
      </aside>
    </div>
  );
}
