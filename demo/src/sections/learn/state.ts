/** The two experiments of the section and what they are set to. */

import { type ExperimentName, experiments } from '../../../../src/index.ts';
import { number, seed } from '../../state/parameters.ts';
import { sectionState } from '../../state/section-state.ts';
import { ExperimentRun } from './run.ts';

/** More epochs would fill the memory with costs. */
const epochs = (usual: number) => number(usual, { least: 1, most: 1_000_000, whole: true });
const rate = (usual: number) => number(usual, { above: 0, most: 100 });
const stop = () => number(0, { least: 0 });
const { addition, multiplication } = experiments;

export const state = sectionState('learn', {
  'addition.seed': seed(),
  'addition.epochs': epochs(addition.epochs),
  'addition.rate': rate(addition.learningRate),
  'addition.stop': stop(),
  'multiplication.seed': seed(),
  'multiplication.epochs': epochs(multiplication.epochs),
  'multiplication.rate': rate(multiplication.learningRate),
  'multiplication.stop': stop(),
});

export const runs: Readonly<Record<ExperimentName, ExperimentRun>> = {
  addition: new ExperimentRun(addition, state),
  multiplication: new ExperimentRun(multiplication, state),
};
