/** Makes the problem of a workload, with the library's own start parameters for everybody. */

import { createModel, type Gpu } from '../src/index.ts';
import { description } from './architecture.ts';
import { type LayerParameters, type Problem, widthsOf } from './problem.ts';
import { drawTable } from './tables.ts';
import type { Workload } from './workloads.ts';

export function createProblem(gpu: Gpu, workload: Workload): Problem {
  let parameters: Promise<LayerParameters[]> | undefined;
  return {
    workload,
    table: drawTable(workload, workload.batch),
    parameters: () => {
      parameters ??= startParameters(gpu, workload);
      return parameters;
    },
  };
}

async function startParameters(gpu: Gpu, workload: Workload): Promise<LayerParameters[]> {
  const widths = widthsOf(workload);
  const all = widths.slice(1).map((outputs, index) => {
    const values = () => new Float32Array(workload.models * (widths[index] as number) * outputs);
    return { W_hat: values(), M_hat: values(), ...(workload.unit === 'NALU' && { G: values() }) };
  });
  for (let seed = 0; seed < workload.models; seed++) {
    const model = createModel(gpu, { ...description(workload), seed });
    const layers = await model.weights();
    all.forEach((parameters, index) => {
      for (const [name, values] of Object.entries(parameters)) {
        const own = layers[index]?.parameters[name]?.data as Float32Array;
        values.set(own, seed * own.length);
      }
    });
    model.dispose();
  }
  return all;
}
