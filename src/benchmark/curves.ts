/** Every model's errors at each log point. */

import type { Attached } from '../engines/ensemble/checkpoints.ts';
import type { LogPoint } from '../engines/ensemble/log.ts';
import { DataError } from '../errors.ts';

/** Validation and extrapolation error at a step. */
export type CurvePoint = readonly [step: number, validation: number, extrapolation: number];

export class Curves {
  readonly #curves: readonly CurvePoint[][];

  constructor(models: number) {
    this.#curves = Array.from({ length: models }, () => []);
  }

  /** Takes a log point of the models from `first` on. */
  add({ step, errors }: LogPoint, first: number): void {
    const { validation, extrapolation } = errors;
    validation?.forEach((value, at) => {
      this.#curves[first + at]?.push([step, value, extrapolation?.[at] as number]);
    });
  }

  /** The curve of one model, up to the step where it ended. */
  of(model: number, end: number): CurvePoint[] {
    return (this.#curves[model] ?? []).filter(([step]) => step <= end);
  }

  /** The curves of models that train together, which have their points at the same steps. */
  exportState(first: number, models: number): Attached {
    const part = this.#curves.slice(first, first + models);
    return { curves: Float64Array.from(part.flat(2)), curvePoints: Uint32Array.of(part[0]?.length ?? 0) };
  }

  /** Throws DataError where `attached` has no curves of models from `first` on. */
  importState({ curves, curvePoints, seen }: Attached, first: number): void {
    const points = curvePoints?.[0] ?? 0;
    const models = seen?.length ?? 0;
    if (!curves || curves.length !== 3 * points * models || first + models > this.#curves.length) {
      throw new DataError('the state lacks the curves of its models');
    }
    for (let model = 0; model < models; model++) {
      const own = curves.subarray(3 * points * model, 3 * points * (model + 1));
      const curve = Array.from({ length: points }, (_, at) => [...own.subarray(3 * at, 3 * at + 3)]);
      this.#curves[first + model]?.splice(0, Number.POSITIVE_INFINITY, ...(curve as unknown as CurvePoint[]));
    }
  }
}
