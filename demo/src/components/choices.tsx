/** One of a few, or some of a few, side by side. */

import { useId } from 'preact/hooks';

interface ChoiceProps<T extends string> {
  label: string;
  value: T;
  /** What is shown, by value. */
  options: Readonly<Record<T, string>>;
  onChange: (value: T) => void;
}

export function Choice<T extends string>({ label, value, options, onChange }: ChoiceProps<T>) {
  const name = useId();
  return (
    <fieldset class="choice">
      <legend class="hidden">{label}</legend>
      {(Object.keys(options) as T[]).map((option) => (
        <label key={option}>
          <input type="radio" name={name} checked={option === value} onChange={() => onChange(option)} />
          <span>{options[option]}</span>
        </label>
      ))}
    </fieldset>
  );
}

interface TogglesProps<T extends string> {
  label: string;
  value: readonly T[];
  /** What is shown, by value. */
  options: Readonly<Record<T, string>>;
  /** Told only of lists that are not empty, in the order of the options. */
  onChange: (value: T[]) => void;
  disabled?: boolean;
}

export function Toggles<T extends string>({ label, value, options, onChange, disabled }: TogglesProps<T>) {
  const id = useId();
  const all = Object.keys(options) as T[];
  const toggle = (option: T) => {
    const wanted = all.filter((each) => (each === option) !== value.includes(each));
    if (wanted.length > 0) onChange(wanted);
  };
  return (
    <fieldset class="toggles" disabled={disabled}>
      <legend>{label}</legend>
      {all.map((option) => (
        <label key={option} for={`${id}-${option}`}>
          <input
            id={`${id}-${option}`}
            type="checkbox"
            checked={value.includes(option)}
            onChange={({ currentTarget }) => {
              toggle(option);
              // The last one stays: a list of nothing has nothing to show.
              currentTarget.checked =
                value.length === 1 && value[0] === option ? true : currentTarget.checked;
            }}
          />
          <span>{options[option]}</span>
        </label>
      ))}
    </fieldset>
  );
}
