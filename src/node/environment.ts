/** Settings that Node and headless runs share. */

import { OptionError } from '../errors.ts';

/** `'default'`: the machine's GPU, or a software adapter where there is none. `'software'`: always a software adapter. */
export type AdapterChoice = 'default' | 'software';

/** The option if given, else the environment variable `NALU_ADAPTER`, else `'default'`. */
export function adapterWanted(option: string | undefined): AdapterChoice {
  const requested = option ?? (process.env.NALU_ADAPTER || 'default');
  if (requested === 'default' || requested === 'software') return requested;
  const where = option === undefined ? 'environment variable NALU_ADAPTER' : 'option adapter';
  throw new OptionError(`${where} is '${requested}': it must be 'default' or 'software'`);
}
