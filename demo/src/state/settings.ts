/** What a visitor can set for an experiment, and how the page's address carries it. */

import { type Experiment, type ExperimentName, experiments } from '../../../src/index.ts';

export interface Settings {
  readonly seed: number;
  /** Training stops here. */
  readonly epochs: number;
  readonly learningRate: number;
}

export type SettingName = keyof Settings;
export type AllSettings = Readonly<Record<ExperimentName, Settings>>;

export const experimentNames = Object.keys(experiments) as ExperimentName[];

/** More would fill the memory with costs. */
const MOST_EPOCHS = 1_000_000;

/** What is wrong with this number of epochs. Seed and learning rate are the library's to judge. */
export function epochsFault(epochs: number): string | undefined {
  if (Number.isInteger(epochs) && epochs >= 1 && epochs <= MOST_EPOCHS) return undefined;
  return `epochs is ${epochs}; it must be a whole number from 1 to ${MOST_EPOCHS}`;
}

export function defaults({ epochs, learningRate }: Experiment): Settings {
  return { seed: 1, epochs, learningRate };
}

/** Names in the address: `#addition.seed=7&multiplication.rate=0.01`. */
const keys: Readonly<Record<SettingName, string>> = { seed: 'seed', epochs: 'epochs', learningRate: 'rate' };
const names = Object.keys(keys) as SettingName[];

/** The settings an address asks for; what it does not mention, or what is no number, is as usual. */
export function readAddress(hash: string): AllSettings {
  const given = new URLSearchParams(hash.replace(/^#/, ''));
  const settings = experimentNames.map((experiment) => {
    const found: Record<SettingName, number> = { ...defaults(experiments[experiment]) };
    for (const name of names) {
      const text = given.get(`${experiment}.${keys[name]}`)?.trim();
      if (text && !Number.isNaN(Number(text))) found[name] = Number(text);
    }
    return [experiment, found];
  });
  return Object.fromEntries(settings) as AllSettings;
}

/** The address of these settings, without what is as usual; '' when all is. */
export function writeAddress(settings: AllSettings): string {
  const params = new URLSearchParams();
  for (const experiment of experimentNames) {
    const usual = defaults(experiments[experiment]);
    for (const name of names) {
      const value = settings[experiment][name];
      if (value !== usual[name]) params.set(`${experiment}.${keys[name]}`, String(value));
    }
  }
  const text = params.toString();
  return text && `#${text}`;
}
