import { contender } from '../libraries/jax-wasm.ts';
import { takeFirstStep } from './first-step.ts';

await takeFirstStep(contender);
