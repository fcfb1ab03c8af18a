/** Every section of the page, in order. A new one is a folder and a record here. */

import type { SectionRecord } from './section.ts';

export const sections: readonly SectionRecord[] = [
  {
    id: 'learn',
    short: 'Learn',
    title: 'Learn to add, learn to multiply',
    summary:
      'Two units, two inputs, 2000 examples: watch the weights find the operation, and then ask for answers far outside what they have seen.',
    load: () => import('./learn/section.tsx'),
  },
];
