/** Fields with their labels and explanations. A value counts when it is confirmed: on Enter, or when the field is left. */

import { type Signal, useSignal } from '@preact/signals';
import type { ComponentChildren, JSX, RefObject } from 'preact';
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

interface FieldProps {
  label: string;
  disabled?: boolean;
  /** The explanation. */
  children?: ComponentChildren;
}

/** What all fields have: a label over the control, an explanation beside it, and under it why a value cannot be. */
function Frame(props: {
  id: string;
  label: string;
  explanation: ComponentChildren;
  fault?: string;
  wide?: boolean | undefined;
  children: ComponentChildren;
}) {
  const { id, label, explanation, fault, wide, children } = props;
  return (
    <div class={wide ? 'field field-wide' : 'field'}>
      <span class="field-head">
        <label for={id}>{label}</label>
        {explanation && <Explain of={label}>{explanation}</Explain>}
      </span>
      {children}
      {fault && (
        <span id={`${id}-fault`} class="field-fault" role="alert">
          {fault}
        </span>
      )}
    </div>
  );
}

interface TypedProps<T> extends FieldProps {
  parameter: Parameter<T>;
  value: T;
  onChange: (value: T) => void;
  wide?: boolean | undefined;
  /** Of the element. */
  input: JSX.InputHTMLAttributes<HTMLInputElement>;
  /** What is typed; undefined where the field is to show its value again. */
  typed: (input: HTMLInputElement) => string | undefined;
}

/** A field in which something is typed. */
function Typed<T extends string | number>(props: TypedProps<T>) {
  const { label, parameter, value, onChange, disabled, wide, children, input, typed } = props;
  const id = useId();
  const fault = useSignal('');
  const held = useHeld(value, fault);
  return (
    <Frame
      id={id}
      label={label}
      explanation={children}
      wide={wide}
      fault={fault.value && `${label}: ${fault.value}; ${value} stays in use.`}
    >
      <input
        {...input}
        id={id}
        ref={held}
        disabled={disabled}
        aria-invalid={fault.value !== ''}
        {...(fault.value && { 'aria-describedby': `${id}-fault` })}
        onChange={({ currentTarget }) => {
          const text = typed(currentTarget);
          if (text === undefined) {
            currentTarget.value = String(value);
            fault.value = '';
            return;
          }
          const found = parameter.read(text);
          fault.value = 'fault' in found ? found.fault : '';
          if ('value' in found) onChange(found.value);
        }}
      />
    </Frame>
  );
}

interface NumberFieldProps extends FieldProps {
  parameter: NumberParameter;
  value: number;
  onChange: (value: number) => void;
}

export function NumberField(props: NumberFieldProps) {
  const { least, most, whole } = props.parameter;
  return (
    <Typed
      {...props}
      input={{
        type: 'number',
        inputMode: whole ? 'numeric' : 'decimal',
        step: whole ? 1 : 'any',
        ...(least > -Number.MAX_VALUE && { min: least }),
        ...(most < Number.MAX_VALUE && { max: most }),
      }}
      // An emptied field shows its value again; what is no number is told.
      typed={({ value, validity }) => (value === '' && !validity.badInput ? undefined : value)}
    />
  );
}

interface TextFieldProps extends FieldProps {
  parameter: Parameter<string>;
  value: string;
  onChange: (value: string) => void;
  /** For long texts. */
  wide?: boolean;
}

export function TextField(props: TextFieldProps) {
  return (
    <Typed
      {...props}
      input={{ type: 'text', spellcheck: false, autocomplete: 'off' }}
      typed={({ value }) => value.trim()}
    />
  );
}

interface SelectProps<T extends string> extends FieldProps {
  value: T;
  /** What is shown, by value. */
  options: Readonly<Record<T, string>>;
  onChange: (value: T) => void;
}

export function Select<T extends string>(props: SelectProps<T>) {
  const { label, value, options, onChange, disabled, children } = props;
  const id = useId();
  return (
    <Frame id={id} label={label} explanation={children}>
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
    </Frame>
  );
}

interface LiveNumberProps {
  /** For those who hear the page, where no label of this id is seen. */
  label?: string;
  id?: string;
  value: number;
  least?: number;
  onChange: (value: number) => void;
}

/** Digits, a point or a comma before the fraction, an exponent. */
const writtenNumber = /^[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d+)?$/i;

/** The number that `text` is; NaN where it is not one. */
const numberIn = (text: string): number =>
  writtenNumber.test(text.trim()) ? Number(text.trim().replace(',', '.')) : Number.NaN;

/**
 * A number that counts with every keystroke. What is being typed stays as it is; where it is not a number, or too small, the value before
 * stays in use, and that is said.
 */
export function LiveNumber({ label, id, value, least = -Number.MAX_VALUE, onChange }: LiveNumberProps) {
  const fault = useSignal('');
  const described = useId();
  const input = useRef<HTMLInputElement>(null);
  const show = () => {
    fault.value = '';
    if (input.current) input.current.value = String(value);
  };
  useLayoutEffect(() => {
    // What is being typed is another way to write the value.
    if (input.current && numberIn(input.current.value) !== value) show();
  }, [value]);
  const take = (typed: number, text: string) => {
    const fits = Number.isFinite(typed) && typed >= least;
    const wrong = Number.isFinite(typed) ? `must be ${least} or more` : `'${text}' is not a number`;
    fault.value = fits ? '' : `${text.trim() === '' ? 'empty' : wrong}: ${value} stays in use`;
    if (fits) onChange(typed);
  };
  return (
    <>
      <input
        ref={input}
        class="live-number"
        type="text"
        // The arrows count up and down, as in other number fields.
        role="spinbutton"
        aria-valuenow={value}
        inputMode="decimal"
        autocomplete="off"
        {...(label && { 'aria-label': label })}
        {...(id && { id })}
        {...(fault.value && { 'aria-invalid': true, 'aria-describedby': described })}
        onInput={({ currentTarget: { value: text } }) => take(numberIn(text), text)}
        onKeyDown={(event) => {
          const step = { ArrowUp: 1, ArrowDown: -1 }[event.key];
          if (step === undefined) return;
          event.preventDefault();
          if (value + step >= least) onChange(value + step);
        }}
        onBlur={() => {
          if (fault.value) show();
        }}
      />
      {fault.value && (
        <span id={described} class="field-fault" role="alert">
          {fault}
        </span>
      )}
    </>
  );
}
