/**
 * A text that can be set. It counts when it is confirmed: on Enter, or when the field is left. What the parameter does not
 * allow is said under the field, and the old value stays in use.
 */

import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect } from 'preact/hooks';
import type { Parameter } from '../state/parameters.ts';
import { Explain } from './explain.tsx';

interface TextFieldProps {
  label: string;
  parameter: Parameter<string>;
  value: string;
  onChange: (value: string) => void;
  disabled?: boolean;
  /** For long texts. */
  wide?: boolean;
  /** The explanation. */
  children?: ComponentChildren;
}

export function TextField({ label, parameter, value, onChange, disabled, wide, children }: TextFieldProps) {
  const id = useId();
  const fault = useSignal('');
  // A value from elsewhere, such as another link, takes the place of what could not be.
  useLayoutEffect(() => {
    fault.value = '';
  }, [value]);
  return (
    <div class={`field ${wide ? 'field-wide' : ''}`}>
      <span class="field-head">
        <label for={id}>{label}</label>
        {children && <Explain of={label}>{children}</Explain>}
      </span>
      <input
        id={id}
        type="text"
        spellcheck={false}
        autocomplete="off"
        value={value}
        disabled={disabled}
        aria-invalid={fault.value !== ''}
        {...(fault.value && { 'aria-describedby': `${id}-fault` })}
        onChange={({ currentTarget }) => {
          const found = parameter.read(currentTarget.value.trim());
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
