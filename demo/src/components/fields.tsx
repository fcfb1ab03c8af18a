/** Fields with their labels and explanations. A value counts when it is confirmed: on Enter, or when the field is left. */

import { type Signal, useSignal } from '@preact/signals';
import type { ComponentChildren, RefObject } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import type { NumberParameter, Parameter } from '../state/parameters.ts';

interface ExplainProps {
  /** What is explained, as in “What is … ?”. */
  of: string;
  children: ComponentChildren;
}

export function Explain({ of, children }: ExplainProps) {
  return (
    <Unfolding class="explain" summary="?" name={`What is “${of}”?`}>
      {children}
    </Unfolding>
  );
}

interface UnfoldingProps {
  class: string;
  summary: string;
  summaryClass?: string;
  /** What the summary is called, where that is not its text. */
  name?: string;
  children: ComponentChildren;
}

/** A text that unfolds over the page, and folds when it is left or on Escape. */
export function Unfolding({ class: kind, summary, summaryClass, name, children }: UnfoldingProps) {
  return (
    <details
      class={kind}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !event.currentTarget.open) return;
        event.currentTarget.open = false;
        event.currentTarget.querySelector('summary')?.focus();
      }}
      onFocusOut={({ currentTarget, relatedTarget }) => {
        if (!currentTarget.contains(relatedTarget as Node | null)) currentTarget.open = false;
      }}
    >
      <summary
        {...(summaryClass && { class: summaryClass })}
        {...(name && { 'aria-label': name, title: name })}
      >
        {summary}
      </summary>
      <div class="explain-text">{children}</div>
    </details>
  );
}

/**
 * The element of a field that shows `value`. A value from elsewhere, such as another link, takes the place of what stands there;
 * but what is being typed stays, however often the page is drawn meanwhile.
 */
function useHeld(value: string | number, fault: Signal<string>): RefObject<HTMLInputElement> {
  const input = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    fault.value = '';
    if (input.current) input.current.value = String(value);
  }, [value]);
  return input;
}

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
  const input = useHeld(value, fault);
  return (
    <div class="field">
      <span class="field-head">
        <label for={id}>{label}</label>
        {children && <Explain of={label}>{children}</Explain>}
      </span>
      <input
        id={id}
        ref={input}
        type="number"
        inputMode={whole ? 'numeric' : 'decimal'}
        step={whole ? 1 : 'any'}
        {...(least > -Number.MAX_VALUE && { min: least })}
        {...(most < Number.MAX_VALUE && { max: most })}
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
  const input = useHeld(value, fault);
  return (
    <div class={`field ${wide ? 'field-wide' : ''}`}>
      <span class="field-head">
        <label for={id}>{label}</label>
        {children && <Explain of={label}>{children}</Explain>}
      </span>
      <input
        id={id}
        ref={input}
        type="text"
        spellcheck={false}
        autocomplete="off"
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
