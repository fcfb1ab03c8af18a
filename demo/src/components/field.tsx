/** A number that can be set. It counts when it is confirmed: on Enter, or when the field is left. */

import { useId } from 'preact/hooks';

interface FieldProps {
  label: string;
  value: number;
  step: number | 'any';
  /** What the field does, for those who point at it or hear it. */
  hint: string;
  onChange: (value: number) => void;
}

export function Field({ label, value, step, hint, onChange }: FieldProps) {
  const id = useId();
  return (
    <div class="field" title={hint}>
      <label for={id}>{label}</label>
      <input
        id={id}
        type="number"
        inputMode={step === 'any' ? 'decimal' : 'numeric'}
        step={step}
        value={value}
        aria-describedby={`${id}-hint`}
        onChange={({ currentTarget }) => {
          if (currentTarget.value === '') currentTarget.value = String(value);
          else onChange(Number(currentTarget.value));
        }}
      />
      <span id={`${id}-hint`} class="hidden">
        {hint}
      </span>
    </div>
  );
}
