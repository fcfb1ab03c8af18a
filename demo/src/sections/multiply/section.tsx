/** The first screen: two models that learned the multiplication table, and what they make of larger numbers. */

import './multiply.css';
import { useId } from 'preact/hooks';
import { CopyButton } from '../../components/copy.tsx';
import { ErrorMap } from '../../components/error-map.tsx';
import { NumberField } from '../../components/fields.tsx';
import { LinkFaults } from '../../components/notice.tsx';
import { type KindName, LARGEST, STARTS, STEPS } from '../../experiments/product/plan.ts';
import { grouped, groupedDigits, signed } from '../../format.ts';
import { engine } from '../../state/engine.ts';
import { project } from '../../state/project.ts';
import { answerOf, run, state } from './state.ts';

/** Both factors of the maps go up to this; larger ones can be typed. */
const REACH = 40;

const product = (first: number, second: number) => first * second;

export function Multiply() {
  return (
    <section id="multiply" class="hero" aria-labelledby="multiply-title" tabIndex={-1}>
      <div class="hero-words">
        <h1 id="multiply-title">A NALU learns to multiply</h1>
        <p class="lede">
          A <dfn>neural arithmetic logic unit</dfn> (NALU) is a network layer that learns the operation
          itself. This one and an ordinary network have learned the multiplication table up to ten times ten.
          Ask them for more.
        </p>
      </div>
      <Figure />
      <Developers />
    </section>
  );
}

function Figure() {
  const { a, b } = state.values.value;
  const caption = useId();
  return (
    <figure class="hero-figure" aria-labelledby={caption}>
      <LinkFaults state={state} />
      <div class="hero-question">
        <NumberField
          label="First number"
          parameter={state.parameters.a}
          value={a}
          onChange={(value) => state.change({ a: value })}
        />
        <span aria-hidden="true">×</span>
        <NumberField
          label="Second number"
          parameter={state.parameters.b}
          value={b}
          onChange={(value) => state.change({ b: value })}
        />
        <span>
          {isRounded(a * b) ? '≈' : '='} <data value={String(a * b)}>{digits(a * b)}</data>
        </span>
      </div>
      <div class="hero-models">
        <Model name="network" title="Ordinary network" short="network" />
        <Model name="nalu" title="NALU" short="NALU" />
      </div>
      <TrainBar />
      <figcaption id={caption}>
        <span class="map-scale" aria-hidden="true">
          right <i /> off by 100 %
        </span>
        Each point is a pair of factors up to {REACH}. Drag the dot, or type larger numbers. Of each kind, the
        best of {STARTS} random starts is shown.
      </figcaption>
    </figure>
  );
}

function Model({ name, title, short }: { name: KindName; title: string; short: string }) {
  const { a, b } = state.values.value;
  const answer = answerOf(name, a, b);
  const error = answer / (a * b) - 1;
  return (
    <div class={`hero-model hero-${name}`}>
      <h2>{title}</h2>
      <ErrorMap
        label={`How right the ${short} is for factors from 0 to ${REACH}: ${verdict(error)} at the chosen ones`}
        reach={REACH}
        trained={LARGEST}
        answer={(first, second) => answerOf(name, first, second)}
        truth={product}
        version={run.numbers.value[name]}
        first={a}
        second={b}
        onPoint={(first, second) => state.change({ a: first, b: second })}
      />
      <p class="hero-answer">
        says{' '}
        <data value={String(answer)} data-name={`${name}-answer`}>
          {digits(answer)}
        </data>
        <span class={Math.abs(error) < 0.005 ? 'hero-right' : 'hero-wrong'}>{verdict(error)}</span>
      </p>
    </div>
  );
}

/** Trains both anew, right here. */
function TrainBar() {
  const { training } = run;
  const phase = training.phase.value;
  const busy = phase === 'training';
  return (
    <div class="hero-train">
      <button
        type="button"
        class="primary"
        onClick={() => (busy ? training.pause() : phase === 'paused' ? training.train() : run.train())}
      >
        {busy
          ? 'Pause'
          : phase === 'paused'
            ? 'Continue'
            : run.started.value
              ? 'Train again'
              : 'Train both anew'}
      </button>
      <p class="status hero-status" role="status">
        {status()}
      </p>
      <span class="hero-progress" style={{ '--done': `${(100 * training.step.value) / STEPS}%` }} />
    </div>
  );
}

function status(): string {
  const { training, report } = run;
  const device = engine.value;
  const recorded = device.kind === 'unavailable';
  const told = report.value;
  if (!run.started.value) {
    if (recorded) return 'Shows a recorded training: there is no WebGPU here.';
    if (device.kind !== 'ready') return 'From random weights.';
    const { name, software } = device.adapter;
    return `From random weights, on ${software ? 'your processor' : name}.`;
  }
  switch (training.phase.value) {
    case 'closed':
      return training.fault.value?.message ?? 'Waiting for a GPU.';
    case 'opening':
      return 'Getting ready…';
    case 'training': {
      if (!told || (!told.nalu.compiled && !told.network.compiled)) return 'Compiling for your GPU…';
      if (!told.network.compiled) return 'The NALU trains; the network is being compiled…';
      return `${recorded ? 'Recorded: step' : 'Step'} ${grouped(training.step.peek())} of ${grouped(STEPS)}.`;
    }
    case 'done':
      return `Both learned ${grouped(LARGEST ** 2)} products${recorded ? ' (a recorded run)' : took()}.`;
    case 'paused':
      return `Paused at step ${grouped(training.step.value)}.`;
    case 'ready':
      return training.recovery.value ? 'The GPU was lost and came back: train them anew.' : '';
    default:
      return '';
  }
}

/** A run that was over when the GPU was lost took no time on the new one. */
const took = () => {
  const seconds = run.training.seconds.peek();
  return seconds > 0 ? ` in ${seconds.toFixed(1)} s` : '';
};

/** How to have it in a program of one's own. */
function Developers() {
  return (
    <div class="hero-developers">
      <p>
        <code>{install}</code> <CopyButton label="Copy" text={() => install} title="Copies the command" />
      </p>
      <p>
        <a href="#code">Ten lines of code</a>
        {project.homepage && <a href={project.homepage}>Documentation</a>}
        {project.reference && <a href={project.reference}>Reference</a>}
        {project.repository && <a href={project.repository}>Source</a>}
      </p>
    </div>
  );
}

const install = `npm install ${project.name}`;

/** Whether `digits` shows less than there is, float64's own rounding apart. */
function isRounded(value: number): boolean {
  const size = Math.abs(value);
  const said =
    size < 1e-3 || size >= 1e13
      ? Number(value.toPrecision(5))
      : Number(
          digits(value)
            .replace('−', '-')
            .replace(/[^-\d.]/g, ''),
        );
  return Math.abs(said - value) > 1e-12 * size;
}

/** Five significant digits, or all of the whole part. */
function digits(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? '∞' : value < 0 ? '−∞' : 'not a number';
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e13)) return signed(Number(value.toPrecision(5)));
  const places = size === 0 ? 0 : Math.max(0, 4 - Math.floor(Math.log10(size)));
  const text = value.toFixed(Math.min(places, 6));
  return groupedDigits(Number.isInteger(value) ? String(value).replace('-', '−') : text.replace('-', '−'));
}

function verdict(error: number): string {
  const size = Math.abs(error);
  if (!Number.isFinite(size)) return 'far off';
  if (size < 1e-3) return `right to ${Math.min(Math.floor(-Math.log10(Math.max(size, 1e-12))), 7)} digits`;
  const percent = 100 * size;
  const text = percent < 10 ? percent.toFixed(1) : grouped(percent);
  return error < 0 && size > 1 ? 'not even the sign' : `${text} % too ${error < 0 ? 'small' : 'large'}`;
}
