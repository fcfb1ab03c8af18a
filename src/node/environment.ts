/** Settings that Node and headless runs share. */

import { OptionError } from '../errors.ts';

/** `'default'`: the machine's GPU, or a software adapter where there is none. `'software'`: always a software adapter. */
export type AdapterChoice = 'default' | 'software';

/** The option if given, else the environment variable `NALU_ADAPTER`, else `'default'`. */
export function adapterWanted(option: string | undefined): AdapterChoice {
  const wanted = option ?? (process.env.NALU_ADAPTER || 'default');
  if (wanted === 'default' || wanted === 'software') return wanted;
  const where = option === undefined ? 'environment variable NALU_ADAPTER' : 'option adapter';
  throw new OptionError(`${where} is '${wanted}': it must be 'default' or 'software'`);
}
