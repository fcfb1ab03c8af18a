/** A question mark that opens an explanation. Closes on Escape, and when the focus goes elsewhere. */

import type { ComponentChildren } from 'preact';

interface ExplainProps {
  /** What is explained, as in “What is … ?”. */
  of: string;
  children: ComponentChildren;
}

export function Explain({ of, children }: ExplainProps) {
  return (
    <details
      class="explain"
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !event.currentTarget.open) return;
        event.currentTarget.open = false;
        event.currentTarget.querySelector('summary')?.focus();
      }}
      onFocusOut={({ currentTarget, relatedTarget }) => {
        if (!currentTarget.contains(relatedTarget as Node | null)) currentTarget.open = false;
      }}
    >
      <summary aria-label={`What is “${of}”?`} title={`What is “${of}”?`}>
        ?
      </summary>
      <div class="explain-text">{children}</div>
    </details>
  );
}
