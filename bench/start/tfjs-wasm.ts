import { contender } from '../libraries/tfjs-wasm.ts';
import { takeFirstStep } from './first-step.ts';

await takeFirstStep(contender);
