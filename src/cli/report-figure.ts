/** The figures of `nalu report`, by kind. */

import type { RunRecord } from '../benchmark/record.ts';
import { NaluError } from '../index.ts';
import { hasCurve } from '../report/curves.ts';
import { identityCurve } from '../report/identity.ts';
import { settingsText, taskTitle } from '../report/names.ts';
import { cellsOf, type Report } from '../report/summary.ts';
import { svgOf } from './plot.ts';
import { type CurvePanel, curvesSpec } from './report-figure-curves.ts';
import { identitySpec } from './report-figure-identity.ts';
import { successSpec } from './report-figure-success.ts';
import type { FigureKind } from './report-kinds.ts';

/** An SVG document. Rejects with a NaluError of code `nothing-to-draw` where the records lack what the kind shows. */
export async function drawFigure(
  kind: FigureKind,
  records: readonly RunRecord[],
  report: Report,
): Promise<string> {
  switch (kind) {
    case 'success':
      if (report.rows.every(({ successRate }) => successRate === null)) {
        throw nothing('no task here decides on success; see --kind curves and --kind identity');
      }
      return svgOf(successSpec(report));
    case 'curves':
      if (!records.some(hasCurve)) {
        throw nothing('no record has a curve: train the models again and let the benchmark write curves');
      }
      return svgOf(curvesSpec(panelsOf(records)));
    case 'identity': {
      const cells = cellsOf(records).filter((runs) => identityCurve(runs).length > 0);
      if (cells.length === 0) throw nothing('no record has errors at x, which the task `identity` gives');
      return svgOf(identitySpec(cells));
    }
  }
}

const nothing = (why: string) => new NaluError('nothing-to-draw', `there is nothing to draw: ${why}`);

/** Cells by task, settings, operation and range, in the order of the tables. */
function panelsOf(records: readonly RunRecord[]): CurvePanel[] {
  const panels = new Map<string, { title: string; range: string; cells: CurvePanel['cells'][number][] }>();
  for (const runs of cellsOf(records)) {
    const [{ task, settings, op, range }] = runs;
    const title = [taskTitle(task), op === task ? '' : op, settingsText(settings)].filter(Boolean).join(', ');
    const key = JSON.stringify([task, title, range]);
    const panel = panels.get(key);
    if (panel) panel.cells.push(runs);
    else panels.set(key, { title, range, cells: [runs] });
  }
  return [...panels.values()];
}
