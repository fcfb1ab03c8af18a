/** How contenders are told apart in the chart: by colour, and by the kind of line. */

import { type Library, libraryOf } from '../../bench/choices.ts';

export const inkName: Readonly<Record<Library['family'], string>> = {
  ours: 'multiplication',
  tfjs: 'soft',
  jax: 'addition',
};

export const dashOf: Readonly<Record<Library['backend'], readonly number[]>> = {
  WebGPU: [],
  WebGL: [2, 3],
  WebAssembly: [7, 4],
  JavaScript: [9, 3, 2, 3],
};

export function Key({ contender }: { contender: string }) {
  const { family, backend } = libraryOf(contender);
  return (
    <svg class={`lane-key lane-${family}`} viewBox="0 0 24 4" aria-hidden="true">
      <line x1="0" y1="2" x2="24" y2="2" stroke-dasharray={dashOf[backend].join(' ')} />
    </svg>
  );
}
