/** One of many, from a list. For a few, side by side, there is `Choice`. */

import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { Explain } from './explain.tsx';

interface SelectProps<T extends string> {
  label: string;
  value: T;
  /** What is shown, by value. */
  options: Readonly<Record<T, string>>;
  onChange: (value: T) => void;
  disabled?: boolean;
  /** The explanation. */
  children?: ComponentChildren;
}

export function Select<T extends string>({
  label,
  value,
  options,
  onChange,
  disabled,
  children,
}: SelectProps<T>) {
  const id = useId();
  return (
    <div class="field">
      <span class="field-head">
        <label for={id}>{label}</label>
        {children && <Explain of={label}>{children}</Explain>}
      </span>
      <select
        id={id}
        value={value}
        disabled={disabled}
        onChange={({ currentTarget }) => onChange(currentTarget.value as T)}
      >
        {(Object.keys(options) as T[]).map((option) => (
          <option key={option} value={option}>
            {options[option]}
          </option>
        ))}
      </select>
    </div>
  );
}
