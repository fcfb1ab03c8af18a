import { type MockInstance, vi } from 'vitest';

/** Takes what is written to `stream` instead of it, until restored; whoever waits for the end of a write is told. */
export function takeWrites(
  stream: NodeJS.WriteStream,
  take: (text: string | Uint8Array) => void,
): MockInstance {
  const write = (...[text, ...rest]: [string | Uint8Array, ...unknown[]]): boolean => {
    take(text);
    const done = rest.at(-1);
    if (typeof done === 'function') done();
    return true;
  };
  return vi.spyOn(stream, 'write').mockImplementation(write);
}
