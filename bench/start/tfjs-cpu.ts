import { contender } from '../libraries/tfjs-cpu.ts';
import { takeFirstStep } from './first-step.ts';

await takeFirstStep(contender);
