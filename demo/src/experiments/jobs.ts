/** Every kind of job. A new one is a file that exports a `JobKind` called `kind`, and a line here. */

import type { JobKind } from './job.ts';

export const jobs = {
  article: () => import('./article/job.ts'),
  ensemble: () => import('./ensemble/job.ts'),
  identity: () => import('./identity/job.ts'),
  product: () => import('./product/job.ts'),
};

export type JobName = keyof typeof jobs;

type KindOf<Name extends JobName> = Awaited<ReturnType<(typeof jobs)[Name]>>['kind'];
type Parts<Name extends JobName> =
  KindOf<Name> extends JobKind<infer Options, infer Report, infer Question, infer Answer>
    ? { options: Options; report: Report; question: Question; answer: Answer }
    : never;

export type OptionsOf<Name extends JobName> = Parts<Name>['options'];
export type ReportOf<Name extends JobName> = Parts<Name>['report'];
export type QuestionOf<Name extends JobName> = Parts<Name>['question'];
export type AnswerOf<Name extends JobName> = Parts<Name>['answer'];
