/** What can be done with the ensembles, and what they start from. */

import { CopyLink, DownloadButton } from '../../components/copy.tsx';
import { NumberField, Select, TextField } from '../../components/fields.tsx';
import { RunBar } from '../../components/run-bar.tsx';
import {
  listOf,
  MOST_UNITS,
  type OperationName,
  offered,
  operations,
} from '../../experiments/ensemble/operations.ts';
import { logEvery } from '../../experiments/ensemble/plan.ts';
import { csv, json } from './download.ts';
import type { EnsembleRun } from './state.ts';

export function Controls({ run }: { run: EnsembleRun }) {
  const { state, training, plan } = run;
  const values = state.values.value;
  const { parameters } = state;
  const empty = run.fields.value.length === 0;
  return (
    <>
      <div class="controls">
        <RunBar
          training={training}
          label="the ensembles"
          stride={logEvery(plan.value.steps)}
          seed={{ value: values.seed, onChange: (seed) => state.change({ seed }) }}
        />
        <div class="fields hand-out">
          <DownloadButton
            label="CSV"
            name="ensemble.csv"
            type="text/csv"
            content={() => csv(run)}
            disabled={empty}
          />
          <DownloadButton
            label="JSON"
            name="ensemble.json"
            type="application/json"
            content={() => json(run)}
            disabled={empty}
          />
          <CopyLink link={() => state.link()} />
        </div>
      </div>
      <div class="fields settings">
        <Select
          label="Operation"
          value={values.op}
          options={labels}
          onChange={(op) => state.change({ op, units: keptUnits(op, run.units.peek()) })}
        >
          What the models have to find out from examples: pairs of random numbers with the right answer.
        </Select>
        {values.op === 'expression' && (
          <TextField
            label="Formula"
            parameter={parameters.expr}
            value={values.expr}
            onChange={(expr) => state.change({ expr })}
            wide
          >
            Inputs are x₁, x₂ and so on, or x1, x2; formulas that have an x0, as the library writes them,
            count from there. With + − × ÷ ^, pi, and functions such as sqrt, abs, exp, log, sin, tanh, min
            and max.
          </TextField>
        )}
        <NumberField
          label="Seeds"
          parameter={parameters.seeds}
          value={values.seeds}
          onChange={(seeds) => state.change({ seeds })}
        >
          Models of each unit; each begins from weights of its own. Up to 10 000, over all ranges.
        </NumberField>
      </div>
      <More run={run} />
    </>
  );
}

const labels = Object.fromEntries(
  Object.entries(operations).map(([name, { label }]) => [name, label]),
) as Record<OperationName, string>;

/** Units that can do another operation stay; if one cannot, its usual ones take their place. */
function keptUnits(operation: OperationName, units: readonly string[]): string {
  const all = offered(operation);
  return units.every((unit) => all.includes(unit)) ? listOf(units, operation) : '';
}

const NONE = '';

function Units({ run }: { run: EnsembleRun }) {
  const { op } = run.state.values.value;
  const units = run.units.value;
  const change = (index: number, unit: string) => {
    const wanted = [...units];
    if (unit === NONE) wanted.splice(index, 1);
    else wanted[index] = unit;
    run.state.change({ units: listOf(wanted, op) });
  };
  return (
    <>
      {Array.from({ length: Math.min(units.length + 1, MOST_UNITS) }, (_, index) => {
        const own = units[index];
        const others = units.filter((_, other) => other !== index);
        const names = [...new Set([...offered(op), ...(own ? [own] : [])])].filter(
          (name) => !others.includes(name),
        );
        const optional = index > 0 || units.length > 1;
        const options = [
          ...(optional ? [[NONE, 'none'] as const] : []),
          ...names.map((name) => [name, name]),
        ];
        return (
          <Select
            key={index}
            label={index === 0 ? 'Unit' : index === 1 ? 'beside' : 'and'}
            value={own ?? NONE}
            options={Object.fromEntries(options)}
            onChange={(unit) => change(index, unit)}
          >
            {index === 0 &&
              'What is trained: a layer that can represent the operation, or a stack of layers. An ordinary network (dense layers) is there to compare.'}
          </Select>
        );
      })}
    </>
  );
}

function OneRange({ run }: { run: EnsembleRun }) {
  const { state } = run;
  const { range, far } = state.values.value;
  return (
    <>
      <TextField
        label="Trained on"
        parameter={state.parameters.range}
        value={range}
        onChange={(range) => state.change({ range })}
      >
        Which numbers the models see. U[1,2) means any number from 1 up to 2, all equally likely; ∪ joins two
        intervals.
      </TextField>
      <TextField
        label="Tested on"
        parameter={state.parameters.far}
        value={far}
        onChange={(far) => state.change({ far })}
      >
        Numbers the models never see in training, written the same way. A model that is right here has found
        the operation.
      </TextField>
    </>
  );
}

function More({ run }: { run: EnsembleRun }) {
  const { state } = run;
  const values = state.values.value;
  const { parameters } = state;
  const stacked = run.units.value.some((unit) => unit.includes('→'));
  return (
    <details class="more">
      <summary>Units, ranges, steps, learning rate and batch</summary>
      <div class="fields settings">
        <Units run={run} />
        <Select
          label="Ranges"
          value={values.ranges}
          options={{ one: 'one', nine: 'the nine of the papers' }}
          onChange={(ranges) => state.change({ ranges })}
        >
          The bounds between which numbers are drawn. Units that work on one range may fail on another, so the
          papers try nine; every range gets all the seeds.
        </Select>
        {values.ranges === 'one' && <OneRange run={run} />}
      </div>
      <div class="fields settings">
        <NumberField
          label="Steps"
          parameter={parameters.steps}
          value={values.steps}
          onChange={(steps) => state.change({ steps })}
        >
          Updates of the weights. Published recipes pull weights to whole numbers during part of a training;
          here that comes at the same fraction of the steps.
        </NumberField>
        <Select
          label="Recipe"
          value={values.recipe}
          options={{ own: 'one rate for all', published: 'as published' }}
          onChange={(recipe) => state.change({ recipe })}
        >
          The published recipes have a learning rate for each unit, for 50 000 steps.
        </Select>
        <NumberField
          label="Learning rate"
          parameter={parameters.rate}
          value={values.rate}
          onChange={(rate) => state.change({ rate })}
          disabled={values.recipe === 'published'}
        >
          How far each step of the Adam optimizer goes.
        </NumberField>
        <Select
          label="Schedule"
          value={values.schedule}
          options={{ constant: 'constant', cosine: 'cosine, to 0', exponential: 'exponential, to 1 %' }}
          onChange={(schedule) => state.change({ schedule })}
        >
          How the learning rate changes from the first step to the last.
        </Select>
        <NumberField
          label="Batch"
          parameter={parameters.batch}
          value={values.batch}
          onChange={(batch) => state.change({ batch })}
        >
          Examples of each step, drawn anew every time.
        </NumberField>
        <NumberField
          label="First seed"
          parameter={parameters.seed}
          value={values.seed}
          onChange={(seed) => state.change({ seed })}
        >
          The models have this seed and the ones that follow it. The same seeds always start and learn the
          same way.
        </NumberField>
        {stacked && (
          <NumberField
            label="Hidden"
            parameter={parameters.hidden}
            value={values.hidden}
            onChange={(hidden) => state.change({ hidden })}
          >
            Outputs of every layer of a stack but the last.
          </NumberField>
        )}
        {values.op === 'expression' && (
          <NumberField
            label="Solved below"
            parameter={parameters.threshold}
            value={values.threshold}
            onChange={(threshold) => state.change({ threshold })}
          >
            Mean squared error on the tested range below which a model counts as solved.
          </NumberField>
        )}
      </div>
    </details>
  );
}
