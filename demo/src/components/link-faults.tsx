/** Says what a link asked for that cannot be. */

import type { SectionState } from '../state/section-state.ts';
import { Notice } from './notice.tsx';

/** Every section shows it at its top. */
export function LinkFaults({ state }: { state: Pick<SectionState, 'faults'> }) {
  const faults = state.faults.value;
  if (faults.length === 0) return null;
  return (
    <Notice kind="problem" title="The link asks for what cannot be; the usual values are used instead.">
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
