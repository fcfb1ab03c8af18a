import { contender } from '../libraries/tfjs-webgpu.ts';
import { takeFirstStep } from './first-step.ts';

await takeFirstStep(contender);
