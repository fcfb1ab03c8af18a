/** What is raced, and why the race is a fair one. */

import type { RaceRun } from './run.ts';

export function Intro({ run }: { run: RaceRun }) {
  const { what, workload } = run.about.value;
  return (
    <div class="story">
      <div class="prose">
        <p>
          Any library for neural networks can train a NALU. TensorFlow.js and jax-js run in a browser, too,
          and put each step together from general parts: a matrix product, a tanh, a sum. This package makes
          one program for the GPU of a whole layer, and trains small networks for many steps inside a single
          one.
        </p>
        <p>
          How much that matters depends on your device, so see for yourself. Each library takes its turn with{' '}
          {what}. Nothing but this package is loaded before you press Start, and then only what you have
          chosen.
        </p>
      </div>
      <aside class="equations" aria-label="What makes it fair">
        <dl class="rules">
          <dt>Same</dt>
          <dd>examples, initial weights, equations, optimiser and precision for all.</dd>
          <dt>Alone</dt>
          <dd>They race one after the other, each with the whole device for itself.</dd>
          <dt>Clock</dt>
          <dd>It runs when a library is loaded, has compiled, and has done its first step.</dd>
          <dt>Proof</dt>
          <dd>After step {workload.checkSteps} all must have the same loss.</dd>
        </dl>
        <p class="fine">
          One race is a glimpse: <a href="./bench.html">the measured comparison</a> repeats everything in
          random order and gives medians.
        </p>
      </aside>
    </div>
  );
}
