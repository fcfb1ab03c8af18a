/** What stands in the way, and what to do about it. */

import type { ComponentChildren } from 'preact';

interface NoticeProps {
  kind: 'info' | 'problem';
  title: string;
  /** What the button says, and does. */
  action?: { label: string; run: () => void };
  children: ComponentChildren;
}

export function Notice({ kind, title, action, children }: NoticeProps) {
  return (
    <div class={`notice notice-${kind}`} {...(kind === 'problem' && { role: 'alert' })}>
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
