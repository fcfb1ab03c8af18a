/**
 * How often Dawn's binding for Node asks whether the GPU is done. It asks at every turn of the event loop, through the global
 * `setImmediate`: while work is under way that keeps a whole core of the processor busy, on which a software adapter computes.
 */

/** Milliseconds in which it may ask at every turn, so that short work is not held up. */
const EAGER = 2;
/** Milliseconds between two questions after that. */
const PAUSE = 1;

let installed = false;

/**
 * From now on the binding asks once in a millisecond. The global `setImmediate` is replaced by one that defers the binding's
 * callbacks and passes all others through; `node:timers` has the original.
 */
export function slowDownTicks(): void {
  if (installed) return;
  installed = true;
  const immediate = globalThis.setImmediate;
  let ticking = false;
  /** When the binding began to ask without a break. */
  let began = 0;
  const schedule = (callback: (...values: unknown[]) => void, ...values: unknown[]) => {
    if (values.length > 0 || !isNative(callback)) return immediate(callback, ...values);
    if (!ticking) began = performance.now();
    const tick = () => {
      ticking = true;
      try {
        callback();
      } finally {
        ticking = false;
      }
    };
    return performance.now() - began < EAGER ? immediate(tick) : setTimeout(tick, PAUSE);
  };
  Object.defineProperties(schedule, Object.getOwnPropertyDescriptors(immediate));
  globalThis.setImmediate = schedule as typeof immediate;
}

/** Whether `callback` was made by an addon, and not by `bind`, whose functions look the same but have no prototype. */
function isNative(callback: unknown): boolean {
  return (
    typeof callback === 'function' &&
    Object.hasOwn(callback, 'prototype') &&
    Function.prototype.toString.call(callback) === 'function () { [native code] }'
  );
}
