/** Every section of the page, in order. A new one is a folder and a record here. */

import type { ComponentType } from 'preact';

export interface SectionRecord {
  /** Its address in the page: `#id`. */
  readonly id: string;
  /** In the navigation. */
  readonly short: string;
  readonly title: string;
  /** Under the title, before the section itself is there. */
  readonly summary: string;
  /** Comes when the section is near, or asked for. */
  readonly load: () => Promise<{ readonly Section: ComponentType }>;
}

export const sections: readonly SectionRecord[] = [
  {
    id: 'why',
    short: 'Why',
    title: 'Why networks fail',
    summary:
      'They learn to say back a number, on a few of them. Then they are asked for others: watch what they make of what they have never seen.',
    load: () => import('./why/section.tsx'),
  },
  {
    id: 'learn',
    short: 'Learn',
    title: 'Learn to add, learn to multiply',
    summary:
      'Two units, two inputs, 2000 examples: watch the weights find the operation, and then ask for answers far outside what they have seen.',
    load: () => import('./learn/section.tsx'),
  },
  {
    id: 'ensemble',
    short: 'A thousand',
    title: 'A thousand at once',
    summary:
      'One training may be luck. A thousand random starts, trained side by side on your GPU, show how often a unit finds the operation.',
    load: () => import('./ensemble/section.tsx'),
  },
  {
    id: 'race',
    short: 'Race',
    title: 'A race on your device',
    summary:
      'The same training in this package, in TensorFlow.js and in jax-js: the same examples, the same start, the same seconds each. How many steps does each of them do?',
    load: () => import('./race/section.tsx'),
  },
  {
    id: 'numbers',
    short: 'Your numbers',
    title: 'Your numbers',
    summary:
      'Paste a table, choose a column, and see whether a formula is in it: one that is right where the table ends, too.',
    load: () => import('./numbers/section.tsx'),
  },
];
