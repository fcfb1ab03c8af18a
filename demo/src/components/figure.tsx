/** A picture or table with its title, what can be set in it, and what it shows. */

import { type ComponentChildren, createContext } from 'preact';
import { useContext, useId } from 'preact/hooks';

/** Of the titles of figures: one more than that of the heading above them. */
export const HeadingLevel = createContext<3 | 4>(3);

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
  const Heading = `h${useContext(HeadingLevel)}` as const;
  return (
    <figure class={`figure ${name}`} aria-labelledby={id}>
      <div class="figure-head">
        <Heading id={id} class="figure-title">
          {title}
        </Heading>
        {aside}
      </div>
      {children}
      <figcaption>{caption}</figcaption>
    </figure>
  );
}
