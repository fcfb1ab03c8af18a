/** A device in place of a lost one. */

import { checkGpu } from './check-gpu.ts';
import type { Gpu } from './gpu.ts';

/** Milliseconds before each attempt: a driver may need time to come back. */
const ATTEMPTS = [0, 500, 2000];

/**
 * Another device, asked for as `lost` was: three times, within three seconds. Rejects with the last refusal, or with what is
 * wrong with `lost` where it came from elsewhere and no other can be asked for.
 */
export async function renewGpu(lost: Gpu): Promise<Gpu> {
  checkGpu(lost);
  const { renew } = lost;
  if (!renew) throw await lost.lost;
  let refusal: unknown;
  for (const wait of ATTEMPTS) {
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    try {
      return await renew();
    } catch (error) {
      refusal = error;
    }
  }
  throw refusal;
}
