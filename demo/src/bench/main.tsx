/** The page of the comparison: what it is, and the comparison itself. */

import { render } from 'preact';
import { Masthead } from '../components/masthead.tsx';
import { Compare } from '../sections/race/compare.tsx';

const links = [
  { href: './index.html', label: 'A NALU learns to multiply' },
  { href: './index.html#race', label: 'The race' },
  { href: './index.html#code', label: 'Code' },
];

function App() {
  return (
    <>
      <Masthead label="Pages" links={links} badge={false} />
      <main>
        <div class="intro">
          <h1>How fast, on your device?</h1>
          <p class="lede">
            The same networks, rows, initial weights and optimizer in three libraries. All must arrive at the
            same loss before anything is timed; then they take turns in random order. A library is loaded from
            this site when you start, and only if you choose it. To watch them run, see{' '}
            <a href="./index.html#race">the race</a>.
          </p>
        </div>
        <div class="bench">
          <Compare />
        </div>
      </main>
      <footer>
        <p class="fine-print">
          Medians of five runs of at least 0.15 s each, until the loss of the last step is in your browser's
          memory. A library that would take more than 8 s is skipped. Nothing leaves your browser.
        </p>
      </footer>
    </>
  );
}

render(<App />, document.getElementById('page') as HTMLElement);
