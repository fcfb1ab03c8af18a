/** A few numbers side by side, large. */

import type { ComponentChildren } from 'preact';
import { grouped } from '../format.ts';

export function Readouts({ children }: { children: ComponentChildren }) {
  return <dl class="readouts">{children}</dl>;
}

interface ReadoutProps {
  /** For tests and scripts: `[data-name=…]`. */
  name: string;
  label: string;
  /** With all its digits; undefined while there is none. */
  value: number | undefined;
  /** As it is shown. */
  children: ComponentChildren;
  /** In small letters under it. */
  note?: ComponentChildren;
  /** Further classes of the element. */
  kind?: string;
}

export function Readout({ name, label, value, note, kind, children }: ReadoutProps) {
  return (
    <div class={kind ? `readout ${kind}` : 'readout'}>
      <dt>{label}</dt>
      <dd>
        <data value={value === undefined ? '' : String(value)} data-name={name}>
          {value === undefined ? '–' : children}
        </data>
        {note && <small>{note}</small>}
      </dd>
    </div>
  );
}

/** How far a run is, with a bar under it. */
export function StepReadout({ label, step, last }: { label: string; step: number; last: number }) {
  const done = Math.min(step / last, 1) || 0;
  return (
    <Readout name={label.toLowerCase()} label={label} value={step} note={`of ${grouped(last)}`}>
      {grouped(step)}
      <span class="progress" style={{ '--done': `${(100 * done).toFixed(1)}%` }} />
    </Readout>
  );
}

/** A share of all with its confidence interval, such as a success rate. All three from 0 to 1. */
export function IntervalReadout(props: {
  name: string;
  label: string;
  rate: number | undefined;
  low: number;
  high: number;
  note?: ComponentChildren;
  kind?: string;
}) {
  const { name, label, rate, low, high, note, kind } = props;
  /** A share that is small, but not none, is not shown as none. */
  const digits = (part: number) =>
    (100 * part).toFixed(part <= 0 || part >= 0.1 ? 0 : part >= 0.0005 ? 1 : 2);
  const percent = (part: number) => `${digits(part)}\u00a0%`;
  const at = (part: number) => `${(100 * part).toFixed(2)}%`;
  return (
    <Readout
      name={name}
      label={label}
      value={rate}
      {...(kind && { kind })}
      note={
        <>
          95&nbsp;% interval {digits(low)} to {percent(high)}
          {note && <>; {note}</>}
        </>
      }
    >
      {rate !== undefined && percent(rate)}
      <span class="interval" aria-hidden="true">
        <i class="interval-range" style={{ left: at(low), right: at(1 - high) }} />
        <i class="interval-rate" style={{ left: at(rate ?? 0) }} />
      </span>
    </Readout>
  );
}
