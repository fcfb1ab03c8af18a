/** What may be wider than the page: it scrolls by itself, by the keyboard too. */

import type { ComponentChildren } from 'preact';

interface ScrollerProps {
  /** What it holds, for those who hear the page. */
  label: string;
  class?: string;
  children: ComponentChildren;
}

export function Scroller({ label, class: name = '', children }: ScrollerProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: without a focus, the keyboard could not scroll it
    <section class={`scroller ${name}`} aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
