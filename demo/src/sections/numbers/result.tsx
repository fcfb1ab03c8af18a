/** The formula, large; whether it is believed, and why; and compared with a line, a network and the next best. While the search goes on, the best so far. */

import type { ComponentChildren } from 'preact';
import { Figure } from '../../components/figure.tsx';
import type { Outcome, ToldErrors } from '../../experiments/fit/report.ts';
import { errorText, grouped } from '../../format.ts';
import type { NumbersRun } from './run.ts';

interface ScrollerProps {
  /** What it holds, for those who hear the page. */
  label: string;
  class?: string;
  children: ComponentChildren;
}

export function Scroller({ label, class: name = '', children }: ScrollerProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: without a focus, the keyboard could not scroll it
    <section class={`scroller ${name}`} aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}

/** `mathml` as the library prints it: names of columns are escaped there. */
export function FormulaMath({ mathml }: { mathml: string }) {
  return <math class="formula-math" dangerouslySetInnerHTML={{ __html: mathml }} />;
}

export function Result({ run }: { run: NumbersRun }) {
  const outcome = run.outcome.value;
  const progress = run.progress.value;
  if (outcome) return <Finished outcome={outcome} />;
  if (run.phase.value !== 'searching' && run.phase.value !== 'stopping') {
    return (
      <p class="said">
        The formula appears here, with a reason to believe it or not, and fields to try it on new numbers.
      </p>
    );
  }
  const target = run.chosen.value?.choice.target;
  return (
    <div class="result">
      <h3>Best so far</h3>
      <p class="best-so-far">
        {progress?.best ? (
          <code data-name="best-so-far">
            {target} = {shortened(progress.best.formula)}
          </code>
        ) : (
          'None yet.'
        )}
      </p>
    </div>
  );
}

function Finished({ outcome }: { outcome: Outcome }) {
  const { found, best, target, targetMathml, reason, notes } = outcome;
  return (
    <div class={`result ${found ? 'result-found' : 'result-none'}`}>
      <h3>{found ? 'Found' : 'No formula found'}</h3>
      {found && best && (
        <Scroller class="law" label="The formula">
          <FormulaMath mathml={`<mrow>${targetMathml}<mo>=</mo>${best.mathml}</mrow>`} />
        </Scroller>
      )}
      <p data-name="reason">{capital(reason)}.</p>
      {!found && best && (
        <p>
          The nearest was{' '}
          <code data-name="nearest">
            {target} = {shortened(best.text)}
          </code>
          . Do not trust it, or any of the others, outside the range of the table.
        </p>
      )}
      <ul class="fine">
        <li>{splitText(outcome)}</li>
        {found && outcome.starts > 0 && (
          <li>
            {grouped(outcome.agreeing)} of {grouped(outcome.starts)} random{' '}
            {outcome.agreeing === 1 ? 'start agrees' : 'starts agree'} with it, on the rows held out too.
          </li>
        )}
        {found && !outcome.exact && (
          <li>Its constants are refined by least squares, with no more digits than the noise allows.</li>
        )}
        {notes.map((note) => (
          <li key={note}>{note}</li>
        ))}
        <li>{ending(outcome)}</li>
      </ul>
    </div>
  );
}

const splitText = ({ split: { inside, outside, description } }: Outcome): string =>
  `Fitted to ${grouped(inside)} rows, tested on ${grouped(outside)}: ${description}.`;

function ending({ stopped, found, seconds, architectures }: Outcome): string {
  const models = `${architectures} ${architectures === 1 ? 'kind' : 'kinds'} of model`;
  const what = `${architectures > 0 ? `Least squares and ${models}` : 'Least squares alone'}: ${seconds.toFixed(1)} s`;
  switch (stopped) {
    case 'interrupted':
      return `Stopped. ${what}. This is the best so far.`;
    case 'time':
      return `${what}, then time was up. More seconds search further.`;
    case 'done':
      return found ? `${what}.` : `${what}, all that was planned. Another seed or fewer inputs may help.`;
    case 'found':
      return `${what}.`;
  }
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** A formula can be longer than anyone reads; copying gives all of it. */
export const shortened = (text: string) => (text.length > 200 ? `${text.slice(0, 200)}…` : text);

export function Compare({ outcome }: { outcome: Outcome }) {
  const { found, best, linear, network, target, runnersUp } = outcome;
  return (
    <Figure
      title="Compared with a line and a network"
      caption="Largest error of each, relative to the answer: on the rows it was fitted to, and on the rows held out."
    >
      <table class="answers-table errors-table">
        <thead>
          <tr>
            <th scope="col">error</th>
            <th scope="col">fitted</th>
            <th scope="col">held out</th>
          </tr>
        </thead>
        <tbody>
          {best && <Row name="formula" label={found ? 'the formula' : 'the nearest formula'} errors={best} />}
          <Row name="linear" label="a straight line" errors={linear} />
          <Row name="network" label={network ? `a ${network.name}` : 'a network'} errors={network} />
        </tbody>
      </table>
      {runnersUp.length > 0 && (
        <>
          <h4 class="runners-title">
            {found ? 'Runners-up' : 'Others'}, by their error on the rows held out
          </h4>
          <ol class="runners">
            {runnersUp.map(({ text, outOfRange }) => (
              <li key={text}>
                <span>{errorText(outOfRange.maxRelativeError)}</span>{' '}
                <code>
                  {target} = {shortened(text)}
                </code>
              </li>
            ))}
          </ol>
        </>
      )}
    </Figure>
  );
}

/** From the shortest formula to the most exact one: what a longer one gains. */
export function Front({ outcome }: { outcome: Outcome }) {
  const { front, best, target } = outcome;
  if (front.length < 2) return null;
  return (
    <Figure
      title="How long, how exact"
      class="front"
      caption="Of every length the best formula, where it is better than the shorter ones. Errors are the typical ones (root mean square, relative to the answer), on the rows it was fitted to and on the rows held out."
    >
      <Scroller label="Formulas by their length">
        <table class="answers-table errors-table">
          <thead>
            <tr>
              <th scope="col">formula</th>
              <th scope="col">fitted</th>
              <th scope="col">held out</th>
            </tr>
          </thead>
          <tbody>
            {front.map(({ text, inRange, outOfRange }) => (
              <tr key={text} class={text === best?.text ? 'front-best' : ''}>
                <th scope="row">
                  <code>
                    {target} = {shortened(text)}
                  </code>
                </th>
                <td>{errorText(inRange.rmsRelativeError)}</td>
                <td>{errorText(outOfRange.rmsRelativeError)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroller>
    </Figure>
  );
}

interface RowProps {
  name: string;
  label: string;
  errors: ToldErrors | undefined;
}

function Row({ name, label, errors }: RowProps) {
  const cell = (part: 'inRange' | 'outOfRange') => {
    if (!errors) return <td>not trained</td>;
    const error = errors[part].maxRelativeError;
    return (
      <td class={name === 'formula' ? 'predicted' : ''}>
        <data value={String(error)} data-name={`${name}-${part}`}>
          {errorText(error)}
        </data>
      </td>
    );
  };
  return (
    <tr>
      <th scope="row">{label}</th>
      {cell('inRange')}
      {cell('outOfRange')}
    </tr>
  );
}
