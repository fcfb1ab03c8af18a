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

/** What the library says; where it shows a place in a formula, the lines that show it stand apart. */
export function Said({ message }: { message: string }) {
  const [text, ...lines] = message.split('\n');
  return (
    <>
      <p class="said">{text}</p>
      {lines.length > 0 && <pre class="said-place">{lines.join('\n')}</pre>}
    </>
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
