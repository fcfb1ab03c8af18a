import { contender } from '../libraries/tfjs-webgl.ts';
import { takeFirstStep } from './first-step.ts';

await takeFirstStep(contender);
