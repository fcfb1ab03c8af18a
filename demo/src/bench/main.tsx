/** The page of the comparison: what it is, what to compare, the bars. */

import { signal } from '@preact/signals';
import { render } from 'preact';
import { Notice } from '../components/notice.tsx';
import { ThemeToggle } from '../components/theme-toggle.tsx';
import { comparisons, libraries } from '../experiments/speed/libraries.ts';
import { asMarkdown, deviceOf } from '../experiments/speed/report.ts';
import { Bars } from './bars.tsx';
import {
  adapter,
  chosenLibraries,
  chosenWorkloads,
  comparisonsDone,
  start,
  status,
  stop,
  toggled,
} from './state.ts';

const copied = signal('');

export function App() {
  return (
    <>
      <header class="masthead">
        <nav aria-label="Pages">
          <a href="./index.html">Networks that learn arithmetic</a>
        </nav>
        <ThemeToggle />
      </header>
      <main>
        <div class="intro">
          <h1>How fast, on your device?</h1>
          <p class="lede">
            The same networks, rows, initial weights and optimiser in three libraries. All must come to the
            same loss before anything is timed; then they take turns in an order drawn anew. Libraries are
            loaded from this site when you start, and only those you choose. To watch them run, see{' '}
            <a href="./index.html#race">the race</a>.
          </p>
        </div>
        <div class="bench">
          <Choices />
          <Buttons />
          <Outcome />
          {comparisonsDone.value.map((comparison) => (
            <Bars key={comparison.workload} comparison={comparison} />
          ))}
        </div>
      </main>
      <footer>
        <p class="fine-print">
          Medians of five stretches, each at least 0.15 s long, up to the loss of the last step in your
          browser's memory. Who would take more than 8 s is not run. Nothing leaves your browser.
        </p>
      </footer>
    </>
  );
}

function Choices() {
  const busy = status.value.kind === 'running';
  return (
    <div class="chosen">
      <fieldset disabled={busy}>
        <legend>Compare</legend>
        {Object.entries(comparisons).map(([name, title]) => (
          <label key={name}>
            <input
              type="checkbox"
              checked={chosenWorkloads.value.includes(name)}
              onChange={() => {
                chosenWorkloads.value = toggled(chosenWorkloads.value, name, Object.keys(comparisons));
              }}
            />
            {title}
          </label>
        ))}
      </fieldset>
      <fieldset disabled={busy}>
        <legend>With</legend>
        {libraries.map(({ name, title, family }) => (
          <label key={name}>
            <input
              type="checkbox"
              checked={chosenLibraries.value.includes(name)}
              disabled={family === 'ours'}
              onChange={() => {
                const names = libraries.map((library) => library.name);
                chosenLibraries.value = toggled(chosenLibraries.value, name, names);
              }}
            />
            {title}
          </label>
        ))}
      </fieldset>
    </div>
  );
}

function Buttons() {
  const running = status.value.kind === 'running';
  const copy = async () => {
    const device = deviceOf(adapter.value ?? { name: 'unknown', software: false });
    try {
      await navigator.clipboard.writeText(asMarkdown(comparisonsDone.value, device, navigator.userAgent));
      copied.value = 'Copied.';
    } catch (error) {
      copied.value = `The browser does not let this page copy: ${(error as Error).message}`;
    }
  };
  return (
    <div class="buttons compare-buttons">
      {running ? (
        <button type="button" onClick={stop}>
          Stop
        </button>
      ) : (
        <button
          type="button"
          class="primary"
          disabled={chosenWorkloads.value.length === 0}
          onClick={() => {
            copied.value = '';
            start();
          }}
        >
          Compare
        </button>
      )}
      <button type="button" disabled={running || comparisonsDone.value.length === 0} onClick={copy}>
        Copy as Markdown
      </button>
      <p class="status" role="status">
        {said()} {copied.value}
      </p>
    </div>
  );
}

function said(): string {
  const now = status.value;
  if (now.kind === 'running') return now.text;
  return {
    idle: 'Takes half a minute or so, on a slow device a few.',
    finished: 'Finished.',
    stopped: 'Stopped.',
    unavailable: '',
    failed: '',
  }[now.kind];
}

function Outcome() {
  const now = status.value;
  if (now.kind === 'unavailable') {
    return (
      <Notice kind="problem" title="There is no WebGPU here, so there is nothing to compare.">
        <p>
          <a href="./index.html">The other page</a> says which browsers have it, and how to turn it on.
        </p>
        <p class="said">{now.message}</p>
      </Notice>
    );
  }
  if (now.kind === 'failed') {
    return (
      <Notice kind="problem" title="The comparison failed." action={{ label: 'Start again', run: start }}>
        <p class="said">{now.message}</p>
      </Notice>
    );
  }
  if (!adapter.value) return null;
  const { name, software } = adapter.value;
  return (
    <p class="adapter">
      Adapter: {name}
      {software && ', which is software: your processor plays the part of a GPU, for every library here'}
    </p>
  );
}

render(<App />, document.getElementById('page') as HTMLElement);
