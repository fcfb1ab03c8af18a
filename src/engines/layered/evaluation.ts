/** How well a model fits rows with targets: measured on the device, of which only a few sums come back. */

import { METRICS, MetricsInfo, metrics, metricsGroups } from '../../../shaders/kernels/metrics.wgsl.ts';
import { lossScale } from '../../../shaders/loss.ts';
import { Arena } from '../../gpu/arena.ts';
import { passOf } from '../../gpu/dispatch.ts';
import { prepareDispatch } from '../../gpu/prepare-dispatch.ts';
import { wholeOf } from '../../gpu/span.ts';
import { type LossOption, lossKind, resolveLoss } from '../../model/training.ts';
import { anything, type Description, size } from '../../options/kinds.ts';
import { ForwardPass, wholePieces } from './forward-pass.ts';
import type { GpuLayer } from './layers.ts';
import type { Tilings } from './tiles.ts';
import { type DataOptions, receiveData } from './training-data.ts';

/** Options of `Model.evaluate`. */
export interface EvaluateOptions extends Pick<DataOptions, 'rows' | 'sampleWeights'> {
  /** The loss that is reported. Default `'meanSquared'`. */
  loss?: LossOption;
}

export const evaluateDescription: Description<EvaluateOptions> = {
  fields: { loss: lossKind, rows: size, sampleWeights: anything('one number per row') },
};

/** How well a model fits rows with targets. */
export interface Evaluation {
  readonly rows: number;
  /** As training has it: a mean or a sum, of weighted rows if there are weights. */
  readonly loss: number;
  /** Over all rows and outputs, not weighted. */
  readonly meanSquaredError: number;
  readonly meanAbsoluteError: number;
  /**
   * Share of what is classified right; undefined unless the loss is a cross-entropy. Of a softmax: rows whose largest output is
   * that of the class; of `binaryCrossEntropy`: outputs above 0 where the target is above ½, and only there.
   */
  readonly accuracy: number | undefined;
}

/** The model that is measured. */
export interface EvaluatedModel {
  readonly model: Arena;
  readonly tilings: Tilings;
  readonly layers: readonly GpuLayer[];
}

/** Rows on the device, on which the model is measured again and again. */
export interface Evaluator {
  /** With the parameters that the model has at this place in the queue. */
  measure(): Promise<Evaluation>;
  dispose(): void;
}

/** Checks and uploads the rows and compiles the kernels. `where` leads to the data in messages. Throws DataError or LimitError. */
export async function createEvaluator(
  { model, tilings, layers }: EvaluatedModel,
  data: DataOptions,
  option: LossOption,
  where = '',
): Promise<Evaluator> {
  const inputs = (layers[0] as GpuLayer).inputs;
  const outputs = (layers.at(-1) as GpuLayer).outputs;
  const loss = resolveLoss(option);
  const perRow = loss.perRow === true;
  const classified = perRow ? 'row' : option === 'binaryCrossEntropy' ? 'element' : undefined;
  const arena = new Arena(model, 'this evaluation');
  try {
    const { x, targets, sampleWeights, rows } = receiveData(arena, data, { inputs, outputs, loss }, where);
    const y = arena.values('y', rows * outputs);
    const groups = metricsGroups(rows);
    const sums = arena.values('metrics', METRICS * groups);
    const pass = await ForwardPass.create(arena, tilings, layers, wholePieces(layers, rows));
    const part = { text: loss.code('loss'), perRow, weighted: sampleWeights !== undefined };
    const info = arena.uniform('metrics', MetricsInfo.pack({ rows }));
    const buffers = { info, y, targets, sample_weights: sampleWeights, sums };
    const kernel = metrics(outputs, part, classified);
    const dispatch = await prepareDispatch(arena, kernel, buffers, [groups, 1, 1]);
    await arena.sound();
    const record = (encoder: GPUCommandEncoder): void => {
      pass.record(encoder, wholeOf(x), wholeOf(y), rows);
      passOf([dispatch])(encoder);
    };
    return {
      async measure() {
        const parts = await arena.readFloats(sums, 0, METRICS * groups, record);
        const totalOf = (metric: number): number => {
          let total = 0;
          for (let at = metric; at < parts.length; at += METRICS) total += parts[at] as number;
          return total;
        };
        const elements = rows * outputs;
        return {
          rows,
          loss: totalOf(0) * lossScale(loss, rows, outputs),
          meanSquaredError: totalOf(1) / elements,
          meanAbsoluteError: totalOf(2) / elements,
          accuracy: classified && totalOf(3) / (perRow ? rows : elements),
        };
      },
      dispose: () => arena.dispose(),
    };
  } catch (error) {
    arena.dispose();
    throw error;
  }
}
