/** For web developers: the first screen as a program, beside the picture it makes. */

import './code.css';
import { useSignal } from '@preact/signals';
import { CopyButton } from '../../components/copy.tsx';
import { ErrorMap } from '../../components/error-map.tsx';
import { LARGEST, naluAnswer } from '../../experiments/product/plan.ts';
import trained from '../../experiments/product/trained.json' with { type: 'json' };
import { project } from '../../state/project.ts';
import { program } from './program.ts';

const answer = (first: number, second: number) => naluAnswer(trained.nalu, first, second);

export function Section() {
  const [first, second] = [useSignal(27), useSignal(34)];
  return (
    <div class="code-parts">
      <div class="code-program">
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard, too, can scroll it */}
        <section class="code-text" tabIndex={0} aria-label="The program">
          <pre>
            <code>{program}</code>
          </pre>
        </section>
        <p class="code-links">
          <CopyButton label="Copy the code" text={() => program} />
          {project.homepage && <a href={project.homepage}>Documentation</a>}
          {project.reference && <a href={project.reference}>Reference</a>}
          {project.repository && <a href={project.repository}>Source</a>}
        </p>
        <dl class="code-places">
          <dt>In a page</dt>
          <dd>
            <code>npm install {project.name}</code>
          </dd>
          <dt>In Node</dt>
          <dd>
            <code>npm install {project.name} webgpu</code>, in a file that ends in <code>.mjs</code>
          </dd>
        </dl>
      </div>
      <figure class="code-picture">
        <ErrorMap
          label="How right such a NALU is for factors up to 40: far beyond the examples"
          reach={40}
          trained={LARGEST}
          answer={answer}
          truth={(first, second) => first * second}
          version={trained}
          first={first.value}
          second={second.value}
          onPoint={(x, y) => {
            [first.value, second.value] = [x, y];
          }}
        />
        <figcaption>
          <output class="code-answer">
            {first} × {second} = {answer(first.value, second.value).toFixed(3)}
          </output>
          What it has learned: it is right far beyond the examples in the corner.
        </figcaption>
      </figure>
    </div>
  );
}
