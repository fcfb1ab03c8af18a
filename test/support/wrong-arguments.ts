/** Calls functions with what they do not take, to see that each refusal is an error of the package. */

import { NaluError } from '../../src/errors.ts';

/** Neither of these is what most functions take. Each is made anew, since a promise may be awaited once. */
const wrong: Readonly<Record<string, () => unknown>> = {
  undefined: () => undefined,
  null: () => null,
  one: () => 1,
  'a half': () => -0.5,
  'not a number': () => Number.NaN,
  text: () => 'x',
  true: () => true,
  'an empty list': () => [],
  'a list of null': () => [null],
  'a list of lists': () => [[]],
  'a list of texts': () => ['1', '2'],
  'an empty object': () => ({}),
  'an object of null': () => ({ x: null, names: null }),
  'a function': () => () => undefined,
  'a promise': () => Promise.resolve({}),
  'a big integer': () => 1n,
};

/** Milliseconds after which a call counts as hung, on a machine with much else to do. */
const HUNG = 20_000;

/** What is wrong with the refusal of a call, if anything is. */
async function faultOf(call: () => unknown): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const hung = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve('hangs'), HUNG);
  });
  const run = async (): Promise<undefined> => {
    const result = await call();
    if (typeof result !== 'object' || result === null) return;
    if (Symbol.asyncIterator in result) {
      for await (const _ of result as AsyncIterable<unknown>);
    } else if (Symbol.iterator in result && 'next' in result) for (const _ of result as Iterable<unknown>);
  };
  try {
    return await Promise.race([run(), hung]);
  } catch (error) {
    if (error instanceof NaluError && error.message.length > 10) return undefined;
    return error instanceof Error ? `${error.name}: ${error.message.slice(0, 90)}` : `threw ${String(error)}`;
  } finally {
    clearTimeout(timer);
  }
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' &&
  value !== null &&
  (Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype);

/** `value` with another in place of one of its own properties. */
function replaced(value: object, key: string, other: unknown): unknown {
  const copy: Record<string, unknown> | unknown[] = Array.isArray(value) ? [...value] : { ...value };
  (copy as Record<string, unknown>)[key] = other;
  return copy;
}

/**
 * Faults of `call` with each argument, and each property of an argument, in turn left out or replaced by what is wrong. `given` makes
 * the arguments of a call that works.
 */
export async function faultsOf(
  name: string,
  call: (...given: unknown[]) => unknown,
  given: () => readonly unknown[],
): Promise<string[]> {
  const faults: string[] = [];
  const attempt = async (what: string, args: readonly unknown[]): Promise<void> => {
    const fault = await faultOf(() => call(...args));
    if (fault) faults.push(`${name}, ${what}: ${fault}`);
  };
  const usual = given();
  for (let count = 0; count < usual.length; count++)
    await attempt(`${count} arguments`, given().slice(0, count));
  for (const at of usual.keys()) {
    for (const [kind, other] of Object.entries(wrong)) {
      await attempt(`argument ${at} is ${kind}`, given().with(at, other()));
      if (!isPlain(usual[at])) continue;
      for (const key of Object.keys(usual[at] as object).slice(0, 20)) {
        const args = given();
        await attempt(
          `argument ${at} has ${kind} as ${key}`,
          args.with(at, replaced(args[at] as object, key, other())),
        );
      }
    }
  }
  return faults;
}
