/** A device in place of a lost one. */

import type { Gpu } from './gpu.ts';

/** Milliseconds before each attempt: a driver may need time to come back. */
const ATTEMPTS = [0, 500, 2000];

/** Another device, asked for as `lost` was: three times, within three seconds. Rejects with the last refusal. */
export async function renewGpu(lost: Gpu): Promise<Gpu> {
  let refusal: unknown;
  for (const wait of ATTEMPTS) {
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    try {
      return await lost.renew();
    } catch (error) {
      refusal = error;
    }
  }
  throw refusal;
}
