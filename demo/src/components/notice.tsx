/** What stands in the way, and what to do about it. */

import type { ComponentChildren } from 'preact';

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
