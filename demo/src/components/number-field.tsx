/**
 * A number that can be set. It counts when it is confirmed: on Enter, or when the field is left. What the parameter does
 * not allow is said under the field, and the old value stays in use.
 */

import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect } from 'preact/hooks';
import type { NumberParameter } from '../state/parameters.ts';
import { Explain } from './explain.tsx';

interface NumberFieldProps {
  label: string;
  parameter: NumberParameter;
  value: number;
  onChange: (value: number) => void;
  disabled?: boolean;
  /** The explanation. */
  children?: ComponentChildren;
}

export function NumberField({ label, parameter, value, onChange, disabled, children }: NumberFieldProps) {
  const id = useId();
  const fault = useSignal('');
  const { least, most, whole } = parameter;
  // A value from elsewhere, such as another link, takes the place of what could not be.
  useLayoutEffect(() => {
    fault.value = '';
  }, [value]);
  return (
    <div class="field">
      <span class="field-head">
        <label for={id}>{label}</label>
        {children && <Explain of={label}>{children}</Explain>}
      </span>
      <input
        id={id}
        type="number"
        inputMode={whole ? 'numeric' : 'decimal'}
        step={whole ? 1 : 'any'}
        {...(least > -Number.MAX_VALUE && { min: least })}
        {...(most < Number.MAX_VALUE && { max: most })}
        value={value}
        disabled={disabled}
        aria-invalid={fault.value !== ''}
        {...(fault.value && { 'aria-describedby': `${id}-fault` })}
        onChange={({ currentTarget }) => {
          if (currentTarget.value === '' && !currentTarget.validity.badInput) {
            currentTarget.value = String(value);
            fault.value = '';
            return;
          }
          const found = parameter.read(currentTarget.value);
          fault.value = 'fault' in found ? found.fault : '';
          if ('value' in found) onChange(found.value);
        }}
      />
      {fault.value && (
        <span id={`${id}-fault`} class="field-fault" role="alert">
          {label}: {fault.value}; {value} stays in use.
        </span>
      )}
    </div>
  );
}
