/** What stands in the way, and what to do about it. */

import type { ComponentChildren } from 'preact';
import type { SectionState } from '../state/section-state.ts';

interface NoticeProps {
  /** `lost`: something that ends by itself, said politely. */
  kind: 'info' | 'problem' | 'lost';
  title: string;
  /** What the button says, and does. */
  action?: { label: string; run: () => void };
  children: ComponentChildren;
}

export function Notice({ kind, title, action, children }: NoticeProps) {
  return (
    <div
      class={`notice notice-${kind}`}
      {...(kind !== 'info' && { role: kind === 'problem' ? 'alert' : 'status' })}
    >
      <strong>{title}</strong>
      {children}
      {action && (
        <button type="button" onClick={action.run}>
          {action.label}
        </button>
      )}
    </div>
  );
}

/** Every section shows it at its top. */
export function LinkFaults({ state }: { state: Pick<SectionState, 'faults'> }) {
  const faults = state.faults.value;
  if (faults.length === 0) return null;
  return (
    <Notice kind="problem" title="The link asks for something impossible; the usual values are used instead.">
      <ul>
        {faults.map((fault) => (
          <li key={fault} class="said">
            {fault}
          </li>
        ))}
      </ul>
    </Notice>
  );
}
