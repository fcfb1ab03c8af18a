/** The measured comparison: what to compare, with whom, and the bars that come out; on a page of its own, too. */

import '../../styles/compare.css';
import { signal } from '@preact/signals';
import { ComparisonBars } from '../../components/comparison-bars.tsx';
import { Notice } from '../../components/notice.tsx';
import {
  comparisons,
  libraries,
  libraryOf,
  usualComparisons,
  usualLibraries,
} from '../../experiments/speed/libraries.ts';
import { asMarkdown, deviceOf } from '../../experiments/speed/report.ts';
import {
  type Adapter,
  type Comparison,
  type News,
  type Outcome,
  startWork,
  type Work,
} from '../../experiments/speed/work.ts';

type Status = { readonly kind: 'idle' } | { readonly kind: 'running'; readonly text: string } | Outcome;

const chosenWorkloads = signal<readonly string[]>(usualComparisons);
const chosenLibraries = signal<readonly string[]>(usualLibraries);
const status = signal<Status>({ kind: 'idle' });
const adapter = signal<Adapter | undefined>(undefined);
const comparisonsDone = signal<readonly Comparison[]>([]);

let work: Work | undefined;

/** Begins anew. */
function start(): void {
  stop();
  comparisonsDone.value = [];
  status.value = { kind: 'running', text: 'starts' };
  const [workloads, contenders] = [chosenWorkloads.value, chosenLibraries.value];
  work = startWork({ type: 'compare', workloads, contenders }, receive, (outcome) => {
    status.value = outcome;
  });
}

function stop(): void {
  work?.stop();
}

function receive(news: News): void {
  switch (news.type) {
    case 'adapter':
      adapter.value = news;
      break;
    case 'progress':
      status.value = { kind: 'running', text: named(news.text) };
      break;
    case 'results': {
      const { workload, models, results } = news;
      const others = comparisonsDone.value.filter((each) => each.workload !== workload);
      comparisonsDone.value = [...others, { workload, models, results }];
    }
  }
}

/** Progress with titles in place of the benchmark's names. */
function named(text: string): string {
  const [, workload = '', contender = '', rest = ''] = /^(\S+): (\S+)(.*)$/.exec(text) ?? [];
  const title = comparisons[workload];
  return title ? `${title}: ${libraryOf(contender).title}${rest}…` : text;
}

/** With `name` if it was not in the list, without if it was; in the order of `all`. */
function toggled(list: readonly string[], name: string, all: readonly string[]): string[] {
  return all.filter((each) => (each === name ? !list.includes(each) : list.includes(each)));
}

const copied = signal('');

export function Compare() {
  return (
    <>
      <Choices />
      <Buttons />
      <Ending />
      {comparisonsDone.value.map((comparison) => (
        <ComparisonBars key={comparison.workload} comparison={comparison} />
      ))}
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
    idle: 'Takes about half a minute, or a few minutes on a slow device.',
    finished: 'Finished.',
    stopped: 'Stopped.',
    unavailable: '',
    failed: '',
  }[now.kind];
}

function Ending() {
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
