/** Every section of the page below the first screen, in order. A new one is a folder and a record here. */

import type { ComponentType } from 'preact';

/** What the frame of the page knows of a section. */
export interface SectionRecord {
  /** Its address in the page: `#id`. */
  readonly id: string;
  /** Addresses inside it, which links may lead to before it is loaded. */
  readonly parts?: readonly string[];
  /** In the navigation. */
  readonly short: string;
  readonly title: string;
  /** Under the title, before the section itself is there. */
  readonly summary: string;
  /** Pixels that it takes below its title, about, before anything is pressed, on screens as wide as those of the tests. */
  readonly heights: { readonly phone: number; readonly laptop: number; readonly wide: number };
  /** Comes when the section is near, or asked for. */
  readonly load: () => Promise<{ readonly Section: ComponentType }>;
}

/** The first screen, which is always there. */
export const first = { id: 'multiply', short: 'Multiply' };

export const sections: readonly SectionRecord[] = [
  {
    id: 'learn',
    parts: ['multiplication', 'addition'],
    short: 'How',
    title: 'How it works',
    summary:
      'Two weights and a gate decide what a NALU does. Move them and see what it answers; then watch training find them.',
    heights: { phone: 3850, laptop: 2125, wide: 1975 },
    load: () => import('./learn/section.tsx'),
  },
  {
    id: 'why',
    short: 'Why others fail',
    title: 'Why other networks fail',
    summary: 'Ask a network merely to repeat a number. It can, where it has practiced, and nowhere else.',
    heights: { phone: 2785, laptop: 1470, wide: 1405 },
    load: () => import('./why/section.tsx'),
  },
  {
    id: 'ensemble',
    short: 'Luck',
    title: 'How much of it is luck?',
    summary:
      'One training may be luck. Many random starts, trained side by side on your GPU, show how often a unit finds the operation.',
    heights: { phone: 3595, laptop: 1745, wide: 1600 },
    load: () => import('./ensemble/section.tsx'),
  },
  {
    id: 'numbers',
    short: 'Your numbers',
    title: 'Your numbers',
    summary:
      'Paste a table and choose a column. If a formula lies behind it, this looks for one that holds beyond the table.',
    heights: { phone: 2440, laptop: 1555, wide: 1515 },
    load: () => import('./numbers/section.tsx'),
  },
  {
    id: 'race',
    short: 'Speed',
    title: 'How fast?',
    summary:
      'The same training in this package, in TensorFlow.js and in jax-js, one after the other on your device.',
    heights: { phone: 3065, laptop: 1955, wide: 1880 },
    load: () => import('./race/section.tsx'),
  },
  {
    id: 'code',
    short: 'Code',
    title: 'In ten lines',
    summary:
      'The first screen of this page as a program: train a NALU on the multiplication table, and ask it for more.',
    heights: { phone: 875, laptop: 425, wide: 425 },
    load: () => import('./code/section.tsx'),
  },
];
