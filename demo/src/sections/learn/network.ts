/** The ordinary network that learns beside a unit. */

/** Rectified linear units of its one hidden layer. */
export const HIDDEN = 16;
/** Rows of one of its steps. */
export const BATCH = 128;
export const LEARNING_RATE = 0.01;
/** Epochs of the unit for each step of the network: that is enough, and the unit is what people came for. */
export const EPOCHS_PER_STEP = 10;
