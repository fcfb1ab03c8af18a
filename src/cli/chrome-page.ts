/** What runs in the page that headless Chrome opens: the same calls as in Node, with JSON in and out. */

import { type Gpu, NaluError, requestGpu } from '../index.ts';
import { type ReproduceOptions, reproduce } from '../reproduce/reproduce.ts';

/** What of the options can travel to the page. */
export type PageReproduceOptions = Pick<ReproduceOptions, 'experiments' | 'seeds' | 'recipe' | 'epochs'>;

/** JSON of an `Answer`. */
type AnswerText = string;

export type Answer<T> = { value: T } | { error: { code: string; message: string; stack?: string } };

/** Functions the page offers; each result is the JSON text of an Answer. */
export interface PageFunctions {
  /** Requests the device; its value is the adapter's AdapterFacts. */
  open(): Promise<AnswerText>;
  /** Its value is a ReproduceResult. */
  reproduce(options: PageReproduceOptions): Promise<AnswerText>;
  abort(): void;
}

declare global {
  var naluPage: PageFunctions;
  /** Lent to the page by the command; the arguments are JSON texts. */
  var naluProgress: (progress: string) => Promise<void>;
  var naluExperiment: (experiment: string) => Promise<void>;
}

const controller = new AbortController();
let gpu: Gpu | undefined;

globalThis.naluPage = {
  open: () =>
    answer(async () => {
      gpu = await requestGpu();
      return gpu.adapter;
    }),
  reproduce: (options) =>
    answer(() =>
      reproduce(gpu as Gpu, {
        ...options,
        signal: controller.signal,
        onProgress: (progress) => void naluProgress(JSON.stringify(progress)),
        onExperiment: (experiment) => void naluExperiment(JSON.stringify(experiment)),
      }),
    ),
  abort: () => controller.abort(),
};

async function answer<T>(action: () => Promise<T>): Promise<AnswerText> {
  try {
    return JSON.stringify({ value: await action() } satisfies Answer<T>);
  } catch (error) {
    const { message, stack } = error as Error;
    const code = error instanceof NaluError ? error.code : 'unexpected';
    return JSON.stringify({ error: { code, message, ...(stack && { stack }) } } satisfies Answer<T>);
  }
}
