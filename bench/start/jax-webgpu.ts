import { contender } from '../libraries/jax-webgpu.ts';
import { takeFirstStep } from './first-step.ts';

await takeFirstStep(contender);
