/** The contract of a loss: what the kernels of both engines need of it. */

/** A loss in WGSL: a sum or a mean of parts, each of which depends on one output and its target, or on those of one row. */
export interface LossShader {
  /** Whether the loss is a mean, over all outputs or, with `perRow`, over the rows; else it is the sum. */
  readonly mean: boolean;
  /** Whether the loss of an output depends on the others of its row, as in a softmax. Default false. */
  readonly perRow?: boolean;
  /** The least and the largest target it is defined for; rows with others are refused. Default: every number. */
  readonly targets?: readonly [least: number, most: number];
  /**
   * WGSL of `p_loss(y: f32, t: f32) -> f32`, the loss of one output y with target t, and of its derivative by y,
   * `p_loss_grad(y: f32, t: f32) -> f32`, for a prefix `p`. With `perRow`, both have a third argument, `row: p_Row`, a struct of
   * what is to be known of the row: `p_row() -> p_Row` before its first output, then `p_row_add(row: p_Row, y: f32, t: f32) -> p_Row`
   * for each; `p_loss` is this output's part of the row's loss, `p_loss_grad` the derivative of the whole row's loss by it.
   * The functions `m_exp`, `m_log`, `m_tanh`, `m_sigmoid` and others of the package are there to be called. The same prefix must give
   * the same text each time.
   */
  readonly code: (prefix: string) => string;
}

/** A loss in the kernels of one training. */
export interface LossPart {
  /** Its text with the prefix `loss`. */
  readonly text: string;
  readonly perRow: boolean;
  /** Whether the rows are weighted, by `sample_weights`. */
  readonly weighted: boolean;
}

/** Factor of the loss and its gradient over `rows` rows of `outputs` outputs. */
export const lossScale = ({ mean, perRow }: LossShader, rows: number, outputs: number): number =>
  mean ? 1 / (perRow ? rows : rows * outputs) : 1;

/** WGSL of the factor of row `row`. */
export const rowScale = (scale: string, { weighted }: Pick<LossPart, 'weighted'>, row: string): string =>
  weighted ? `${scale} * sample_weights[${row}]` : scale;
