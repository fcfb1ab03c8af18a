/** What the sections are set to, tied to the page's address: a link restores it. */

import { batch, effect, type ReadonlySignal, signal } from '@preact/signals';
import { type Address, type Given, readAddress, writeAddress } from './address.ts';
import { type Parameters, read, usual, type Values, write } from './parameters.ts';

export interface SectionState<P extends Parameters = Parameters> {
  readonly parameters: P;
  readonly values: ReadonlySignal<Values<P>>;
  /** What a link asked for that cannot be, in words. */
  readonly faults: ReadonlySignal<readonly string[]>;
  change(wanted: Partial<Values<P>>): void;
  /** Link to this section, set as it is now. */
  link(): string;
}

/** What the address says, including of sections that are not loaded yet. */
const address = signal<Address>(readAddress(location.hash));
/** Counts how often a link was followed, so that following the same one twice counts twice. */
export const followed = signal({ section: address.peek().section, count: 0 });

effect(() => {
  const hash = writeAddress(address.value);
  // What is set is no new place to go back to. An empty address still takes the old one away.
  if (hash !== location.hash) history.replaceState(null, '', hash || location.pathname + location.search);
});

addEventListener('hashchange', () => {
  const wanted = readAddress(location.hash);
  batch(() => {
    // A link that only leads to a section leaves all settings as they are.
    address.value = {
      section: wanted.section,
      states: new Map([...address.peek().states, ...wanted.states]),
    };
    followed.value = { section: wanted.section, count: followed.peek().count + 1 };
  });
});

/** The state of section `id`. Call it once, when the section's module is loaded. */
export function sectionState<const P extends Parameters>(id: string, parameters: P): SectionState<P> {
  const values = signal(usual(parameters));
  const faults = signal<readonly string[]>([]);
  let known: Given | undefined;
  effect(() => {
    const given = address.value.states.get(id);
    if (given === known) return;
    known = given;
    const found = read(parameters, given ?? new Map());
    values.value = found.values;
    faults.value = found.faults;
  });
  const change = (wanted: Partial<Values<P>>) => {
    const before = values.peek();
    const after = { ...before, ...wanted };
    if (Object.keys(parameters).every((key) => Object.is(before[key], after[key]))) return;
    batch(() => {
      values.value = after;
      faults.value = [];
      const states = new Map(address.peek().states);
      const own = write(parameters, after);
      known = own.size > 0 ? own : undefined;
      if (known) states.set(id, known);
      else states.delete(id);
      address.value = { section: id, states };
    });
  };
  const link = () => {
    const own = writeAddress({ section: id, states: new Map([[id, write(parameters, values.peek())]]) });
    return new URL(own, location.href).href;
  };
  return { parameters, values, faults, change, link };
}
