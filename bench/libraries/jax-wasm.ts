import { jaxContender } from '../contenders/jax.ts';

/** jax-js on WebAssembly, for which it writes a module per kernel. */
export const contender = jaxContender('wasm');
