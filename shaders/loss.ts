/** The contract of a loss: what the kernels of both engines need of it. */

/** A loss in WGSL: a sum or mean over all elements, each of which depends on its output and target alone. */
export interface LossShader {
  /** Whether the loss is the mean over all elements; else it is their sum. */
  readonly mean: boolean;
  /**
   * WGSL of `p_loss(y: f32, t: f32) -> f32`, the loss of one output y with target t, and of its derivative by y,
   * `p_loss_grad(y: f32, t: f32) -> f32`, for a prefix `p`. The functions `m_exp`, `m_log`, `m_tanh`, `m_sigmoid` and others of the
   * package are there to be called. The same prefix must give the same text each time.
   */
  readonly code: (prefix: string) => string;
}
