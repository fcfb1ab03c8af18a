import { createEnsemble, createModel, requestGpu, trainEnsemble, units } from '../../src/index.ts';

Object.assign(globalThis, { library: { createEnsemble, createModel, requestGpu, trainEnsemble, units } });
