/** Every section of the page, in order. A new one is a component and a line here. */

import type { FunctionComponent } from 'preact';
import { Addition } from './article/addition.tsx';
import { Multiplication } from './article/multiplication.tsx';
import type { SectionProps } from './section.ts';

interface SectionRecord {
  readonly id: string;
  readonly title: string;
  readonly Section: FunctionComponent<SectionProps>;
}

export const sections: readonly SectionRecord[] = [
  { id: 'addition', title: 'Addition', Section: Addition },
  { id: 'multiplication', title: 'Multiplication', Section: Multiplication },
];
