/** The formula beside what knows no law, and beside the formulas that came next. */

import { Figure } from '../../components/figure.tsx';
import type { Outcome, ToldErrors } from '../../experiments/fit/report.ts';
import { errorText } from '../../format.ts';
import { shortened } from './result.tsx';

export function Compare({ outcome }: { outcome: Outcome }) {
  const { found, best, linear, network, target, runnersUp } = outcome;
  return (
    <Figure
      title="Beside what knows no law"
      caption="The largest error of each relative to the answer: in the range it was trained on, and on the rows held out."
    >
      <table class="answers-table errors-table">
        <thead>
          <tr>
            <th scope="col">error</th>
            <th scope="col">in range</th>
            <th scope="col">out of range</th>
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
          <h4 class="runners-title">{found ? 'Runners-up' : 'Others'}, by their error out of range</h4>
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
