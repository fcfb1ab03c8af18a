/** Every unit of the package as a record of its own, for layers that hold what they use. */

export * from './dense.ts';
export * from './hill-space.ts';
export * from './inalu.ts';
export * from './mcfc-family.ts';
export * from './nac-family.ts';
export * from './nau-nmu.ts';
export * from './npu-family.ts';
export * from './reciprocal.ts';
