/** The place of a section: its title at once, and the section itself when it comes near or is asked for. */

import { useSignal, useSignalEffect } from '@preact/signals';
import type { ComponentType } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Notice } from '../components/notice.tsx';
import { followed } from '../state/section-state.ts';
import type { SectionRecord } from './sections.ts';

/** Loaded when it is less than this far below or above what is seen. */
const NEAR = '600px';

export function LazySection({ section: { id, title, summary, load } }: { section: SectionRecord }) {
  const place = useRef<HTMLElement>(null);
  const loaded = useSignal<ComponentType | undefined>(undefined);
  const failed = useSignal(false);
  const bring = useRef<Promise<void> | undefined>(undefined);

  const start = () => {
    failed.value = false;
    bring.current ??= load().then(
      ({ Section }) => {
        loaded.value = Section;
      },
      () => {
        failed.value = true;
        bring.current = undefined;
      },
    );
    return bring.current;
  };

  useEffect(() => {
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
        observer.disconnect();
        void start();
      },
      { rootMargin: NEAR },
    );
    observer.observe(place.current as HTMLElement);
    return () => observer.disconnect();
  }, []);

  useSignalEffect(() => {
    if (followed.value.section !== id) return;
    const first = followed.value.count === 0;
    void start().then(() =>
      requestAnimationFrame(() => {
        place.current?.scrollIntoView({ behavior: first ? 'instant' : 'auto' });
        place.current?.focus({ preventScroll: true });
      }),
    );
  });

  const Section = loaded.value;
  return (
    <section id={id} class="section" aria-labelledby={`${id}-title`} tabIndex={-1} ref={place}>
      <div class="section-head">
        <h2 id={`${id}-title`}>{title}</h2>
        <p>{summary}</p>
      </div>
      {Section ? (
        <Section />
      ) : failed.value ? (
        <Notice
          kind="problem"
          title="This part of the page could not be loaded."
          action={{ label: 'Try again', run: () => void start() }}
        >
          <p>The connection may be down.</p>
        </Notice>
      ) : (
        <p class="section-waiting">Loading…</p>
      )}
    </section>
  );
}
