/** A bar of a library's colour. */

import '../styles/bars.css';
import type { Library } from '../experiments/speed/libraries.ts';

interface BarProps {
  family: Library['family'];
  /** Its length, as a percentage of the most that there is room for. */
  share: number;
}

export function Bar({ family, share }: BarProps) {
  return (
    <svg class={`bar bar-${family}`} viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
      <rect class="bar-track" width="100" height="10" />
      <rect class="bar-length" width={share} height="10" />
    </svg>
  );
}
