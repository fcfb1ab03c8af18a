/** The article's two experiments: a NAC learns to add, a NALU learns to multiply. */

import './learn.css';
import { HeadingLevel } from '../../components/figure.tsx';
import { LinkFaults } from '../../components/notice.tsx';
import { state } from './state.ts';
import { Addition, Multiplication } from './stories.tsx';

export function Section() {
  return (
    <HeadingLevel.Provider value={4}>
      <LinkFaults state={state} />
      <Addition />
      <Multiplication />
    </HeadingLevel.Provider>
  );
}
