/** Where the table comes from: a sample, the clipboard, the keyboard or a file; and what is wrong with it. */

import { useId, useRef } from 'preact/hooks';
import { Select } from '../../components/fields.tsx';
import { Notice } from '../../components/notice.tsx';
import { grouped } from '../../format.ts';
import type { NumbersRun } from './run.ts';
import { sampleFacts, sampleNames } from './samples.ts';

export function Source({ run }: { run: NumbersRun }) {
  const { state, source } = run;
  const { table } = state.values.value;
  const { text, name, content } = source.value;
  const area = useId();
  const chooser = useRef<HTMLInputElement>(null);
  const size = typeof content === 'string' ? 0 : content.size;
  const about =
    table !== 'own'
      ? `A sample: ${sampleFacts[table].about}`
      : name !== undefined
        ? `${name}, ${grouped(Math.ceil(size / 1000))} kB.`
        : '';
  return (
    <div class="source">
      <label for={area} class="source-label">
        <strong>Paste your table here</strong>, with a line of names; or drop a file.{' '}
        <span class="said">CSV, tabs, spaces, Markdown, JSON, .npy, .npz, .gz</span>
      </label>
      <input
        ref={chooser}
        type="file"
        class="hidden"
        tabIndex={-1}
        aria-hidden="true"
        accept=".csv,.tsv,.txt,.dat,.md,.json,.jsonl,.npy,.npz,.gz,text/csv,text/tab-separated-values,application/json"
        onChange={({ currentTarget }) => {
          const [file] = currentTarget.files ?? [];
          if (file) void run.take(file);
          currentTarget.value = '';
        }}
      />
      <textarea
        id={area}
        class="source-text"
        rows={8}
        spellcheck={false}
        autocomplete="off"
        autocapitalize="off"
        wrap="off"
        placeholder={text === undefined ? '' : 'length,mass,period\n1.26,500,2.27\n0.753,50,1.752\n…'}
        value={text ?? ''}
        onInput={({ currentTarget }) => run.type(currentTarget.value)}
        onPaste={(event) => {
          const pasted = event.clipboardData?.getData('text/plain') ?? '';
          // A whole table takes the place of a sample, and is not put into the middle of it.
          if (table === 'own' || !pasted.includes('\n')) return;
          event.preventDefault();
          void run.take(pasted);
        }}
      />
      <p class="source-about">{about}</p>
      <div class="fields settings source-others">
        <button type="button" onClick={() => void pasteInto(run, area)}>
          Paste
        </button>
        <button type="button" onClick={() => chooser.current?.click()}>
          Open a file…
        </button>
        <Select label="or try" value={table} options={labels} onChange={(table) => run.choose(table)} />
      </div>
      {text === undefined && (
        <p class="fine">The file is read as it is; it is too long, or no text, to be shown here.</p>
      )}
      <SourceFault run={run} />
      <Reading run={run} />
    </div>
  );
}

/** The clipboard's table, or the place for it where the browser keeps the clipboard to itself. */
async function pasteInto(run: NumbersRun, area: string): Promise<void> {
  try {
    const pasted = await navigator.clipboard.readText();
    if (pasted.trim()) return await run.take(pasted);
  } catch {
    // It may be forbidden: then the keyboard pastes.
  }
  const place = document.getElementById(area) as HTMLTextAreaElement | null;
  place?.focus();
  place?.select();
}

const labels = {
  ...Object.fromEntries(sampleNames.map((name) => [name, sampleFacts[name].label])),
  own: 'your own table',
} as Record<(typeof sampleNames)[number] | 'own', string>;

/** How the text is read, where that is not found by itself. */
function Reading({ run: { state } }: { run: NumbersRun }) {
  const { decimal, delimiter, missing } = state.values.value;
  const unusual = decimal !== 'auto' || delimiter !== 'auto' || missing !== 'error';
  return (
    <details class="more" open={unusual}>
      <summary>How it is read</summary>
      <div class="fields settings">
        <Select
          label="Decimal sign"
          value={decimal}
          options={{ auto: 'automatic', point: 'point: 1.5', comma: 'comma: 1,5' }}
          onChange={(decimal) => state.change({ decimal })}
        />
        <Select
          label="Between cells"
          value={delimiter}
          options={{ auto: 'automatic', comma: 'comma', semicolon: 'semicolon', tab: 'tab', bar: 'bar |' }}
          onChange={(delimiter) => state.change({ delimiter })}
        />
        <Select
          label="Rows with gaps"
          value={missing}
          options={{ error: 'report them', drop: 'leave them out' }}
          onChange={(missing) => state.change({ missing })}
        />
      </div>
    </details>
  );
}

/** Cells that are told one by one. */
const MOST_CELLS = 5;

/** Why the table cannot be read, and what would help. */
function SourceFault({ run }: { run: NumbersRun }) {
  const { fault, table, state, source } = run;
  const { code, message, cells, commas } = fault.value ?? {};
  const readCommas = { label: 'Read decimal commas', run: () => state.change({ decimal: 'comma' }) };
  if (!code || table.value) return null;
  const dropRows = { label: 'Leave such rows out', run: () => state.change({ missing: 'drop' }) };
  const action = commas ? readCommas : cells && dropRows;
  return (
    <Notice kind="problem" title="The table cannot be read." {...(action && { action })}>
      {cells ? (
        <>
          <ul>
            {cells.first.slice(0, MOST_CELLS).map(({ row, column, kind, text }) => (
              <li key={`${row} ${column}`}>
                Row {row}, column “{column}”:{' '}
                {kind === 'missing' ? 'nothing is there' : `“${text}” is not a number`}
              </li>
            ))}
            {cells.count > MOST_CELLS && <li>and {grouped(cells.count - MOST_CELLS)} more</li>}
          </ul>
          <p>
            Rows count from 1, without the line of names.
            {source.value.text !== undefined && ' Your text is still above, to be corrected.'}
          </p>
        </>
      ) : (
        <p>{message}</p>
      )}
      {commas && <p>Where commas separate thousands, the decimal sign is the point: say so below.</p>}
    </Notice>
  );
}
