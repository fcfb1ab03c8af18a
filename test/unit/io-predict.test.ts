import { describe, expect, it } from 'vitest';
import { FileFormatError, OptionError } from '../../src/errors.ts';
import { type BatchPredictor, type PredictCsvOptions, predictCsv, type Source } from '../../src/io/index.ts';

/** Predicts a · b and a − b, in float32 as a GPU does; counts the batches it has at most under way. */
function fakeModel(inFlight = 2): BatchPredictor & { most: number } {
  const model = {
    inputs: 2,
    outputs: 2,
    most: 0,
    async *predictBatches(batches: AsyncIterable<Float64Array>) {
      const waiting: Float32Array[] = [];
      for await (const batch of batches) {
        const y = new Float32Array(batch.length);
        for (let at = 0; at < batch.length; at += 2) {
          const [a, b] = batch.subarray(at, at + 2) as unknown as [number, number];
          y.set([a * b, a - b], at);
        }
        waiting.push(y);
        model.most = Math.max(model.most, waiting.length);
        if (waiting.length >= inFlight) yield waiting.shift() as Float32Array;
      }
      yield* waiting;
    },
  };
  return model;
}

const description = { inputs: 2, layers: [{ unit: 'NAU' as const, outputs: 2 }] };
const plain = (name: string) => ({ name, offset: 0, scale: 1 });
const saved = {
  model: description,
  columns: { inputs: ['a', 'b'].map(plain), targets: ['p', 'd'].map(plain) },
};

async function predicted(source: Source, options: PredictCsvOptions = {}, file = saved): Promise<string> {
  let text = '';
  for await (const part of predictCsv(fakeModel(), file, source, options)) text += part;
  return text;
}

describe('a table of predictions', () => {
  it('has its columns as they stood there, matched by name, and the predictions behind them', async () => {
    const source = 'b,"a note",a\n2.50,"x, ""y""",3\n-1,,  4e0\n';
    expect(await predicted(source)).toBe(
      'b,a note,a,p_predicted,d_predicted\n2.50,"x, ""y""",3,7.5,0.5\n-1,,  4e0,-4,5\n',
    );
  });

  it('has the predictions alone where that is asked for', async () => {
    expect(await predicted('a,b\n1,2\n', { only: true })).toBe('p_predicted,d_predicted\n2,-1\n');
  });

  it('keeps delimiter and decimal sign, and writes float32 with few digits', async () => {
    const options = { decimal: ',', only: true } as const;
    expect(await predicted('a;b\n0,1;1\n1e20;3\n', options)).toBe(
      'p_predicted;d_predicted\n0,1;-0,9\n300000000000000000000;100000000000000000000\n',
    );
    expect(await predicted('a\tb\n0.7\t0.1\n', { only: true })).toBe('p_predicted\td_predicted\n0.07\t0.6\n');
  });

  it('takes other columns by option, and x0, x1 where the model names none', async () => {
    expect(await predicted('u,v\n5,2\n', { columns: ['v', 'u'], only: true })).toContain('\n10,-3\n');
    const text = predictCsv(fakeModel(), { model: description }, '5,2\n');
    expect((await text.next()).value).toBe('x0,x1,y0_predicted,y1_predicted\n5,2,10,3\n');
  });

  it('undoes the scaling of every column', async () => {
    const columns = {
      inputs: [
        { name: 'a', offset: 1, scale: 2 },
        { name: 'b', offset: 0, scale: 4 },
      ],
      targets: [
        { name: 'p', offset: 100, scale: 8 },
        { name: 'd', offset: 0, scale: -1 },
      ],
    };
    const text = await predicted('a,b\n7,8\n', { only: true }, { model: description, columns });
    expect(text).toContain('\n148,-1\n');
  });

  it('keeps the order of the rows over batches of any size', async () => {
    const rows = Array.from({ length: 1000 }, (_, k) => `${k},1`);
    for (const size of [1, 7, 999, 1000, 5000]) {
      const done: number[] = [];
      const text = await predicted(`a,b\n${rows.join('\n')}\n`, {
        only: true,
        rows: size,
        onRows: (count) => done.push(count),
      });
      expect(text.trim().split('\n').slice(1)).toEqual(rows.map((_, k) => `${k},${k - 1}`));
      expect(done).toHaveLength(Math.ceil(1000 / size));
      expect(done.at(-1)).toBe(1000);
    }
  });
});

describe('rows that have no prediction', () => {
  const source = `a,b,c\n${'1,2,x\n'.repeat(9)}NA,2,y\n1,oops,z\n3,4,w\n`;

  it('are an error with row and column, also far down', async () => {
    const run = predicted(source, { rows: 4 });
    await expect(run).rejects.toThrow(FileFormatError);
    await expect(run).rejects.toThrow(
      /row 10, column 'a': 2 cells in 2 rows .*row 11, column 'b' holds "oops"/,
    );
  });

  it('are left out, or kept without a prediction', async () => {
    const counts: number[][] = [];
    const onRows = (...numbers: number[]) => counts.push(numbers);
    const dropped = await predicted(source, { rows: 5, onFault: 'drop', onRows });
    expect(dropped.trim().split('\n')).toHaveLength(1 + 10);
    expect(dropped).toMatch(/\n3,4,w,12,-1\n$/);
    expect(counts.at(-1)).toEqual([12, 2, 0]);
    const kept = await predicted(source, { onFault: 'keep' });
    expect(kept).toContain('\nNA,2,y,,\n1,oops,z,,\n3,4,w,12,-1\n');
  });

  it('are counted apart where the prediction is no finite number', async () => {
    const counts: number[][] = [];
    const text = await predicted('a,b\n1e38,1e38\n1,2\n', { onRows: (...numbers) => counts.push(numbers) });
    expect(text.trim().split('\n')).toHaveLength(3);
    expect(counts.at(-1)).toEqual([2, 0, 1]);
  });

  it('are those that no float32 can hold', async () => {
    await expect(predicted(`a,b\n${'1,2\n'.repeat(6)}1,1e39\n`, { rows: 4 })).rejects.toThrow(
      "row 7, column 'b': 1e+39 is beyond float32",
    );
  });

  it('may be all there are', async () => {
    await expect(predicted('a,b\n')).rejects.toThrow('there are no rows');
    await expect(predicted('')).rejects.toThrow(FileFormatError);
  });
});

describe('what is asked for', () => {
  it.each<[string, string, PredictCsvOptions, RegExp]>([
    ['an unknown column', 'a,c\n1,2\n', {}, /there is no column 'b'; the columns are 'a', 'c'/],
    ['too few columns', 'a,b\n1,2\n', { columns: ['a'] }, /names 1; the model has 2 inputs/],
    ['a column twice', 'a,b\n1,2\n', { columns: ['a', 'a'] }, /names 'a' twice/],
    ['a taken name', 'a,b,p_predicted\n1,2,3\n', {}, /'p_predicted' already/],
    ['no such treatment', 'a,b\n1,2\n', { onFault: 'ignore' as 'drop' }, /onFault is 'ignore'/],
    ['no rows at a time', 'a,b\n1,2\n', { rows: 0 }, /rows is 0/],
  ])('is refused: %s', async (_, source, options, message) => {
    await expect(predicted(source, options)).rejects.toThrow(OptionError);
    await expect(predicted(source, options)).rejects.toThrow(message);
  });
});

describe('a reader that does not read', () => {
  it('holds up the reading of the table: only the batches under way are in memory', async () => {
    let pulled = 0;
    let closed = false;
    async function* source() {
      try {
        yield 'a,b\n';
        for (; pulled < 1000; pulled++) yield '1,2\n'.repeat(20_000);
      } finally {
        closed = true;
      }
    }
    const model = fakeModel(3);
    const lines = predictCsv(model, saved, source(), { rows: 1000 });
    for (let batch = 0; batch < 5; batch++) await lines.next();
    // 5 batches were taken and 3 are under way; a part of the source has 20, a part of the parser 16.
    expect(pulled).toBeLessThan(4);
    expect(model.most).toBe(3);
    await lines.return(undefined);
    expect(closed).toBe(true);
  });
});
