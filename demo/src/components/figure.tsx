/** A picture or table with its title, what can be set in it, and what it shows. */

import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

interface FigureProps {
  title: string;
  caption: ComponentChildren;
  /** Beside the title. */
  aside?: ComponentChildren;
  class?: string;
  children: ComponentChildren;
}

export function Figure({ title, caption, aside, class: name = '', children }: FigureProps) {
  const id = useId();
  return (
    <figure class={`figure ${name}`} aria-labelledby={id}>
      <div class="figure-head">
        <h3 id={id}>{title}</h3>
        {aside}
      </div>
      {children}
      <figcaption>{caption}</figcaption>
    </figure>
  );
}
