/** The model that was picked: its errors, its weights, and the formula they make. */

import { CopyButton } from '../../components/copy.tsx';
import { Figure } from '../../components/figure.tsx';
import { Matrix } from '../../components/matrix.tsx';
import type { Details } from '../../experiments/ensemble/report.ts';
import { grouped, scientific, subscript } from '../../format.ts';
import { rangeText } from './series.tsx';
import type { EnsembleRun } from './state.ts';

export function PickedModel({ run }: { run: EnsembleRun }) {
  const { picked, details, plan, units, fields } = run;
  const { unit, model } = picked.value;
  const { seeds, ranges } = plan.value;
  const pair = ranges[Math.floor(model / seeds.count)];
  const found = details.value;
  const choose = (place: number) => {
    const ranked = rank(fields.peek()[unit]?.extrapolation ?? []);
    const model = ranked[Math.round(place * (ranked.length - 1))];
    if (model !== undefined) run.pick({ unit, model });
  };
  return (
    <Figure
      title={`Seed ${seeds.first + (model % seeds.count)} of ${units.value[unit] ?? ''}`}
      class={`picked unit-${unit}`}
      aside={
        <span class="picks">
          <button type="button" class="quiet" onClick={() => choose(0)}>
            best
          </button>
          <button type="button" class="quiet" onClick={() => choose(0.5)}>
            median
          </button>
          <button type="button" class="quiet" onClick={() => choose(1)}>
            worst
          </button>
        </span>
      }
      caption={
        <>
          What the model computes, and its weights as the unit uses them, at the step where it was best on its
          training range{pair && `, ${rangeText(pair.range)}`}. Point at a number to see all its digits.
        </>
      }
    >
      {found ? <Found details={found} /> : <p class="reading picked-waiting">Nothing to see yet.</p>}
    </Figure>
  );
}

function Found({ details }: { details: Details }) {
  const { step, validation, extrapolation, success, solvedAt, layers, formula, exact, errors, fault } =
    details;
  return (
    <>
      <p class="formula">
        {exact === undefined ? (
          <span class="said">No formula: {fault}</span>
        ) : (
          <>
            <code data-name="exact">y = {readable(shortened(exact))}</code>
            <CopyButton
              label="Copy"
              text={() => `y = ${exact}`}
              title="Copies the formula with every digit, as programs write it: x0 is x₁"
            />
          </>
        )}
      </p>
      {formula !== undefined && formula !== exact && errors && (
        <p class="formula fine">
          Rounded to simple numbers, with its constants fitted again, this becomes{' '}
          <code data-name="formula">y = {readable(shortened(formula))}</code>. Its error on the examples is{' '}
          {scientific(errors.formula)}; that of the model is {scientific(errors.model)}.{' '}
          <CopyButton
            label="Copy"
            text={() => `y = ${formula}`}
            title="Copies this formula as programs write it: x0 is x₁"
          />
        </p>
      )}
      <dl class="facts">
        <dt>Error on its training range</dt>
        <dd>
          <data value={String(validation)} data-name="picked-validation">
            {scientific(validation)}
          </data>
        </dd>
        <dt>Error outside it</dt>
        <dd>
          <data value={String(extrapolation)} data-name="picked-extrapolation">
            {scientific(extrapolation)}
          </data>
        </dd>
        <dt>Taken at step</dt>
        <dd>{grouped(step)}</dd>
        <dt>{success ? 'Solved at step' : 'Solved'}</dt>
        <dd>{success && solvedAt !== null ? grouped(solvedAt) : 'no'}</dd>
      </dl>
      {layers.map(({ unit, effective }, layer) => (
        <div key={layer} class="layer">
          {layers.length > 1 && <strong>{unit}</strong>}
          {Object.entries(effective).map(([name, rows]) => (
            <Matrix
              key={name}
              label={`${name} of layer ${layer + 1}, ${unit}`}
              rows={rows.map((_, input) => (
                <Name key={input} letter={layer === 0 ? 'x' : 'h'} index={input} />
              ))}
              columns={(rows[0] ?? []).map((_, output) =>
                (rows[0]?.length ?? 0) > 1 ? <Name key={output} letter={name} index={output} /> : name,
              )}
              values={rows}
              decimals={4}
            />
          ))}
        </div>
      ))}
    </>
  );
}

function Name({ letter, index }: { letter: string; index: number }) {
  return (
    <>
      {letter}
      <sub>{index + 1}</sub>
    </>
  );
}

/** With four digits of each number, and inputs counted from 1 as everywhere on the page. */
const readable = (text: string) =>
  text
    .replace(/\d+\.\d{4,}(e[-+]?\d+)?/g, (digits) => String(Number(Number(digits).toPrecision(4))))
    .replace(/\bx(\d+)\b/g, (_, index) => `x${subscript(Number(index) + 1)}`)
    .replaceAll(' * ', ' · ')
    .replace(/(^|[ (])1 · /g, '$1');

/** A formula can be longer than anyone reads; copying gives all of it. */
const shortened = (text: string) => (text.length > 300 ? `${text.slice(0, 300)}…` : text);

/** Models from the smallest error to the largest; those without a number come last. */
function rank(errors: ArrayLike<number>): number[] {
  const size = (model: number) => {
    const error = errors[model] as number;
    return Number.isNaN(error) ? Number.POSITIVE_INFINITY : error;
  };
  return Array.from({ length: errors.length }, (_, model) => model).sort((a, b) =>
    size(a) === size(b) ? a - b : size(a) - size(b),
  );
}
