/** What every section is given. */

import type { Laboratory } from '../state/laboratory.ts';

export interface SectionProps {
  /** Of its element: the address of the section within the page. */
  id: string;
  laboratory: Laboratory;
}
