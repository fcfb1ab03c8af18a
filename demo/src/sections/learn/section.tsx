/** The article's two experiments: a NAC learns to add, a NALU learns to multiply. */

import { HeadingLevel } from '../../components/figure.tsx';
import { LinkFaults } from '../../components/link-faults.tsx';
import { Addition } from './addition.tsx';
import { Multiplication } from './multiplication.tsx';
import { state } from './state.ts';

export function Section() {
  return (
    <HeadingLevel.Provider value={4}>
      <LinkFaults state={state} />
      <Addition />
      <Multiplication />
    </HeadingLevel.Provider>
  );
}
