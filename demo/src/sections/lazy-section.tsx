/** The place of a section: its title at once, and the section itself when it comes near or is asked for. */

import { useSignal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Notice } from '../components/notice.tsx';
import { followed } from '../state/section-state.ts';
import { first, type SectionRecord, sections } from './sections.ts';

/** Loaded when it is less than this far below or above what is seen. */
const NEAR = '600px';
/** A place that a link led to is kept where it is until the page around it has not grown for so many milliseconds. */
const STILL = 10_000;
/** Milliseconds in which the browser may still follow a link by itself. */
const FOLLOWED = 250;

/** How each section is brought, by its address. */
const bringing = new Map<string, () => Promise<void>>();

export function LazySection({ section: { id, title, summary, heights, load } }: { section: SectionRecord }) {
  const place = useRef<HTMLElement>(null);
  const loaded = useSignal<ComponentType | undefined>(undefined);
  const failed = useSignal(false);
  const coming = useRef<Promise<void> | undefined>(undefined);

  const bring = () => {
    failed.value = false;
    coming.current ??= load().then(
      ({ Section }) => {
        loaded.value = Section;
      },
      () => {
        failed.value = true;
        coming.current = undefined;
      },
    );
    return coming.current;
  };

  useEffect(() => {
    bringing.set(id, bring);
    // The first screen loads nothing that is not seen; once somebody scrolls, sections come before they are seen.
    let observer: IntersectionObserver | undefined;
    const watch = (rootMargin: string) => {
      observer?.disconnect();
      observer = new IntersectionObserver(
        (entries) => {
          if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
          removeEventListener('scroll', scrolled);
          observer?.disconnect();
          void bring();
        },
        { rootMargin },
      );
      const content = place.current?.querySelector('.section-waiting');
      if (content) observer.observe(content);
    };
    const scrolled = () => watch(NEAR);
    addEventListener('scroll', scrolled, { once: true, passive: true });
    watch('0px');
    return () => {
      removeEventListener('scroll', scrolled);
      observer?.disconnect();
    };
  }, []);

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
          action={{ label: 'Try again', run: () => void bring() }}
        >
          <p>The connection may be down.</p>
        </Notice>
      ) : (
        <p class="section-waiting" style={reserved(heights)}>
          Loading…
        </p>
      )}
    </section>
  );
}

/** What follows stays where it is when the section comes. */
const reserved = ({ phone, laptop, wide }: SectionRecord['heights']) => ({
  '--phone': `${phone}px`,
  '--laptop': `${laptop}px`,
  '--wide': `${wide}px`,
});

/** Goes where links lead, from the address the page was opened with on. Gives the way to end it. */
export function followLinks(): () => void {
  return followed.subscribe(({ section, count }) => {
    // The top of a page that was just opened is where one is already.
    if (section && !(count === 0 && section === first.id)) void goTo(section);
  });
}

/**
 * Shows the place of a section at once and loads it there. Those above it keep the room that is reserved for them, until somebody
 * comes near.
 */
async function goTo(id: string): Promise<void> {
  // The address says where to go; where one was before, on a page of another height, would only compete with it.
  history.scrollRestoration = 'manual';
  const section = [first, ...sections].find(
    (each) => each.id === id || ('parts' in each && each.parts?.includes(id)),
  );
  const frame = section && document.getElementById(section.id);
  if (!frame) return;
  hold(frame);
  await bringing.get(section.id)?.();
  // It is drawn before anything scrolls: what grows and scrolls in one frame counts as a jump of what stood there before.
  for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
  const place = document.getElementById(id);
  if (!place || held !== frame) return;
  if (place !== frame) hold(place);
  place.focus({ preventScroll: true });
}

/** What is kept in place now. */
let held: HTMLElement | undefined;
let release = () => {};

/** Keeps a place at the top of what is seen while charts and tables above it take their room, until the visitor moves. */
function hold(place: HTMLElement): void {
  release();
  held = place;
  let still: ReturnType<typeof setTimeout> | undefined;
  const since = performance.now();
  let [top, height] = [0, 0];
  const tall = () => document.documentElement.scrollHeight;
  const put = () => {
    place.scrollIntoView({ behavior: 'instant', block: 'start' });
    [top, height] = [scrollY, tall()];
    clearTimeout(still);
    still = setTimeout(end, STILL);
  };
  const observer = new ResizeObserver(put);
  const controller = new AbortController();
  const end = () => {
    clearTimeout(still);
    observer.disconnect();
    controller.abort();
    held = undefined;
  };
  release = end;
  for (const type of ['wheel', 'touchstart', 'keydown', 'pointerdown'] as const) {
    addEventListener(type, end, { signal: controller.signal, passive: true });
  }
  // Somebody scrolled: the page is as tall as it was, and its place is another. At first that is the browser, which follows
  // the link by itself.
  const moved = () => {
    if (tall() !== height || Math.abs(scrollY - top) <= 1) return;
    if (document.readyState === 'complete' && performance.now() - since > FOLLOWED) end();
    else place.scrollIntoView({ behavior: 'instant', block: 'start' });
  };
  addEventListener('scroll', moved, { signal: controller.signal, passive: true });
  observer.observe(document.body);
  put();
}
