/** The page's experiments, tied to its address: a link restores what was set. */

import { effect } from '@preact/signals';
import { type ExperimentName, experiments } from '../../../src/index.ts';
import { ExperimentRun, followEngine } from './run.ts';
import { type AllSettings, experimentNames, readAddress, writeAddress } from './settings.ts';

export type Laboratory = Readonly<Record<ExperimentName, ExperimentRun>>;

export function createLaboratory(): Laboratory {
  const settings = readAddress(location.hash);
  const runs = experimentNames.map((name) => new ExperimentRun(experiments[name], settings[name]));
  followEngine(runs);
  const showAddress = () => {
    const address = writeAddress(settingsOf(runs));
    // What is set is no new place to go back to. An empty address still takes the old one away.
    history.replaceState(null, '', address || location.pathname + location.search);
  };
  effect(showAddress);
  addEventListener('hashchange', () => {
    // A link within the page leads to a section and leaves the settings as they are.
    if (!location.hash.includes('=')) return showAddress();
    const wanted = readAddress(location.hash);
    for (const run of runs) run.change(wanted[run.experiment.name]);
  });
  return Object.fromEntries(runs.map((run) => [run.experiment.name, run])) as Laboratory;
}

/** A link to this page as it is set now. */
export function pageAddress(): string {
  return location.href;
}

function settingsOf(runs: readonly ExperimentRun[]): AllSettings {
  return Object.fromEntries(runs.map((run) => [run.experiment.name, run.settings.value])) as AllSettings;
}
