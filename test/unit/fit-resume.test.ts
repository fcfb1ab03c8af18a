import { describe, expect, it, vi } from 'vitest';
import { type FitResult, formulaToSave, readSavedFit, fit as searchFormula } from '../../src/fit/index.ts';
import { tableOf } from '../../src/io/index.ts';
import { createRandom } from '../../src/random.ts';

// A search takes seconds, and minutes on a busy machine.
vi.setConfig({ testTimeout: 600_000 });

const none = undefined;
const random = createRandom(3);
const rows = Array.from(
  { length: 60 },
  () => [random.uniform(1, 4), random.uniform(1, 4), random.normal()] as const,
);
const columns = { a: rows.map(([a]) => a), b: rows.map(([, b]) => b) };
const noise = tableOf({ ...columns, y: rows.map(([, , y]) => y) });
/** The parts that do not depend on the clock. */
const essence = ({ found, reason, best, front }: FitResult) => ({
  ...{ found, reason, best: best?.text },
  front: front.map(({ text }) => text),
});
/** As it comes out of a file. */
const kept = (result: FitResult) =>
  readSavedFit((formulaToSave(result, 'a test') as { notes: Record<string, string> }).notes.search as string);

describe('a search that goes on', () => {
  const options = { target: 'y', effort: 0.2, seconds: 1e4 };
  /** Searched once for all tests that compare with it. */
  let undisturbed: Promise<FitResult> | undefined;
  const searched = () => {
    undisturbed ??= searchFormula(none, noise, options);
    return undisturbed;
  };
  it('comes to what it would have come to, also where it was interrupted twice', async () => {
    const whole = await searched();
    let part: FitResult | undefined;
    for (const turns of [1, 2]) {
      const controller = new AbortController();
      let count = 0;
      part = await searchFormula(none, noise, {
        ...options,
        ...(part && { resume: kept(part) }),
        signal: controller.signal,
        onProgress: () => ++count === turns && controller.abort(),
      });
      expect(part.stopped).toBe('interrupted');
      expect(part.best).toBeDefined();
    }
    const rest = await searchFormula(none, noise, { ...options, resume: kept(part as FitResult) });
    expect(essence(rest)).toEqual(essence(whole));
  });

  it('answers at once where it was complete, and goes on where it is given more work', async () => {
    const first = await searched();
    const onProgress = vi.fn();
    const again = await searchFormula(none, noise, { ...options, resume: kept(first), onProgress });
    expect(onProgress).not.toHaveBeenCalled();
    expect(essence(again)).toEqual(essence(first));
    expect(JSON.stringify(again.search)).toBe(JSON.stringify(kept(first)));
    const more = await searchFormula(none, noise, { ...options, effort: 0.25, resume: kept(first) });
    const work = ({ search }: FitResult) => search.searches.reduce((sum, each) => sum + each.work, 0);
    expect(work(more)).toBeGreaterThanOrEqual(work(first));
  });

  it('finds again what it found', async () => {
    const table = tableOf({ ...columns, y: rows.map(([a, b]) => (3 * a) / b) });
    const first = await searchFormula(none, table, { target: 'y' });
    const again = await searchFormula(none, table, { target: 'y', resume: kept(first) });
    expect(again).toMatchObject({ found: true, exact: true, stopped: 'found', best: { text: '3 * a / b' } });
  });

  it('is refused for another table', async () => {
    const first = await searchFormula(none, noise, { ...options, effort: 0.01 });
    const other = tableOf({ ...columns, y: columns.a });
    await expect(searchFormula(none, other, { ...options, resume: first.search })).rejects.toThrow(
      'another table',
    );
    await expect(
      searchFormula(none, noise, { ...options, operators: ['sin'], resume: first.search }),
    ).rejects.toThrow('operators');
  });

  it('is refused where its file is damaged', async () => {
    const { search } = await searchFormula(none, noise, { ...options, effort: 0.1 });
    const text = JSON.stringify(search);
    expect(JSON.stringify(readSavedFit(text))).toBe(text);
    expect(() => readSavedFit('{')).toThrow('search: is no JSON');
    const draw = createRandom(9);
    let refused = 0;
    for (let k = 0; k < 300; k++) {
      // A value somewhere is replaced by one of another kind.
      const places = [...text.matchAll(/(?<=[:,[])(-?\d[\d.e+-]*)(?=[,\]}])/g)];
      const place = places[Math.floor(draw.uniform() * places.length)] as RegExpMatchArray;
      const damaged = `${text.slice(0, place.index)}{}${text.slice((place.index ?? 0) + place[0].length)}`;
      try {
        readSavedFit(damaged);
      } catch (error) {
        expect((error as { code: string }).code).toBe('file-format');
        refused++;
      }
    }
    expect(refused).toBe(300);
  });
});
