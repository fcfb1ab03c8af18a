/** Every recorded run, by the kind of its job; `tools/record-runs.ts` makes the files anew. */

import type { JobName } from '../worker/jobs/jobs.ts';
import type { RecordingFile } from './format.ts';

type Load = () => Promise<{ default: unknown }>;

const files: Partial<Record<JobName, readonly Load[]>> = {
  article: [() => import('./data/addition.json'), () => import('./data/multiplication.json')],
  identity: [() => import('./data/why.json')],
  ensemble: [() => import('./data/ensemble.json')],
};

export const recordingFiles = (kind: JobName): Promise<RecordingFile[]> =>
  Promise.all((files[kind] ?? []).map(async (load) => (await load()).default as RecordingFile));
