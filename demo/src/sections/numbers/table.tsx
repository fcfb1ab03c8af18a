/** The table as it was read: its columns with their ranges, and its first rows. */

import type { TableFacts } from '../../experiments/fit/plan.ts';
import { grouped, short } from '../../format.ts';
import { Scroller } from './result.tsx';
import type { NumbersRun } from './run.ts';

/** Columns that are shown. */
const MOST_COLUMNS = 30;

export function TableView({ run }: { run: NumbersRun }) {
  const table = run.table.value;
  const chosen = run.chosen.value;
  // Its room, as long as it may come.
  if (!table || !chosen) return run.fault.value ? null : <div class="table-view table-waiting" />;
  const { target, inputs } = chosen.choice;
  // The target comes last, where it stays in sight however many columns there are.
  const all = table.columns.map((column, place) => ({ ...column, place }));
  const others = all.filter(({ name }) => name !== target);
  const columns = [...others.slice(0, MOST_COLUMNS - 1), ...all.filter(({ name }) => name === target)];
  const pinned = (name: string) => (name === target ? 'column-pinned' : '');
  const role = (name: string) => (name === target ? 'target' : inputs.includes(name) ? 'input' : 'left out');
  const words: Readonly<Record<string, string>> = { target: 'to explain', input: 'may matter' };
  return (
    <div class="table-view">
      <p class="table-facts" data-name="table-facts">
        {factsText(table)}
      </p>
      <Scroller label="The first rows of the table">
        <table class="table-rows">
          <thead>
            <tr>
              <td />
              {columns.map(({ name }) => (
                <th key={name} scope="col" class={`column-${role(name).replace(' ', '-')} ${pinned(name)}`}>
                  {name}
                  <small>{words[role(name)] ?? role(name)}</small>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <tr class="table-range">
              <th scope="row">range</th>
              {columns.map(({ name, min, max }) => (
                <td key={name} class={pinned(name)}>
                  {min === max ? `always ${short(min)}` : `${short(min)} … ${short(max)}`}
                </td>
              ))}
            </tr>
            {table.first.map((row, index) => (
              <tr key={index}>
                <th scope="row">{index + 1}</th>
                {columns.map(({ name, place }) => (
                  <td key={name} class={pinned(name)}>
                    {short(row[place] as number)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroller>
    </div>
  );
}

function factsText({ rows, duplicateRows, columns, text, notes, dropped }: TableFacts): string {
  const more = columns.length - MOST_COLUMNS;
  return [
    `${count(rows, 'row')} of ${count(columns.length, 'column')}.`,
    more > 0 && `${MOST_COLUMNS} columns are shown; scroll sideways for them. All are read.`,
    text.length > 0 &&
      `${text.length === 1 ? 'A column' : 'Columns'} of words left out: ${text.slice(0, 5).join(', ')}${text.length > 5 ? ' …' : ''}.`,
    ...notes,
    dropped > 0 && `${count(dropped, 'row')} with missing cells or words left out.`,
    duplicateRows > 0 && `${count(duplicateRows, 'row')} repeat one before.`,
  ]
    .filter(Boolean)
    .join(' ');
}

const count = (n: number, what: string): string => `${grouped(n)} ${what}${n === 1 ? '' : 's'}`;
