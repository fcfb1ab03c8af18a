/** The page: a head, the first screen, the sections one after the other, a foot. */

import { useEffect } from 'preact/hooks';
import { EngineNotice } from './components/engine-notice.tsx';
import { Masthead } from './components/masthead.tsx';
import { followLinks, LazySection } from './sections/lazy-section.tsx';
import { Multiply } from './sections/multiply/section.tsx';
import { first, sections } from './sections/sections.ts';

const links = [first, ...sections].map(({ id, short }) => ({ href: `#${id}`, label: short }));

export function App() {
  useEffect(followLinks, []);
  return (
    <>
      <Masthead
        label="Sections"
        links={links}
        skip={{ href: '#multiply', label: 'Skip to the experiments' }}
      />
      <main>
        <Multiply />
        <EngineNotice />
        {sections.map((section) => (
          <LazySection key={section.id} section={section} />
        ))}
      </main>
      <footer>
        <p class="fine-print">
          Everything on this page is computed in your browser; nothing leaves it. The experiments follow the
          article <cite>Understanding Neural Arithmetic Logic Units</cite>; the units are from{' '}
          <a href="https://arxiv.org/abs/1808.00508">Neural Arithmetic Logic Units</a> by Trask and others,
          2018.
        </p>
      </footer>
    </>
  );
}
