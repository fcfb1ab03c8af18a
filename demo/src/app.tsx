/** The page: a head, an introduction, the sections one after the other, a foot. */

import { AdapterBadge, EngineNotice } from './components/engine-notice.tsx';
import { ThemeToggle } from './components/theme-toggle.tsx';
import { LazySection } from './sections/lazy-section.tsx';
import { sections } from './sections/sections.ts';

export function App() {
  return (
    <>
      <header class="masthead">
        <a class="skip" href="#main">
          Skip to the experiments
        </a>
        <nav aria-label="Sections">
          {sections.map(({ id, short }) => (
            <a key={id} href={`#${id}`}>
              {short}
            </a>
          ))}
          <a href="./bench.html">How fast?</a>
        </nav>
        <AdapterBadge />
        <ThemeToggle />
      </header>
      <main>
        <div class="intro">
          <h1>Networks that learn arithmetic</h1>
          <p class="lede">
            An ordinary neural network that has learnt to multiply numbers up to ten thousand is wrong about a
            million: it knows the shape of its examples, not the operation. The two units on this page learn
            the operation itself. Train them here, on your own GPU, and watch what they do with numbers they
            have never seen.
          </p>
        </div>
        <EngineNotice />
        <div id="main" tabIndex={-1}>
          {sections.map((section) => (
            <LazySection key={section.id} section={section} />
          ))}
        </div>
      </main>
      <footer>
        <p class="fine-print">
          Everything on this page is computed in your browser; nothing leaves it. The experiments are those of
          the article <cite>Understanding Neural Arithmetic Logic Units</cite>; the units are from{' '}
          <a href="https://arxiv.org/abs/1808.00508">Neural Arithmetic Logic Units</a> by Trask and others,
          2018.
        </p>
      </footer>
    </>
  );
}
