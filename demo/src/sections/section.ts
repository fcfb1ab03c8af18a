/** What the frame of the page knows of a section. */

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
