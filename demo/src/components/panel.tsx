/** A part of a section for those who look closer: folded until it is asked for, and drawn only then. */

import { type Signal, useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';

interface PanelProps {
  /** What it holds; stands there always. */
  summary: ComponentChildren;
  /** Whether it is unfolded, for those who unfold it from elsewhere. */
  open?: Signal<boolean>;
  /** Default: as a setting that hardly anybody changes. */
  class?: string;
  children: ComponentChildren;
}

export function Panel({ summary, open: given, class: kind = 'more', children }: PanelProps) {
  const own = useSignal(false);
  const open = given ?? own;
  const drawn = useRef(false);
  drawn.current ||= open.value;
  return (
    <details
      class={kind}
      open={open.value}
      onToggle={({ currentTarget }) => {
        open.value = currentTarget.open;
      }}
    >
      <summary>{summary}</summary>
      {drawn.current && children}
    </details>
  );
}
