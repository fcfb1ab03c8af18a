/** Numbers as people read them. */

const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** 12345678 → 12 345 678, with narrow spaces that do not break; four digits stay together. */
export function grouped(value: number): string {
  return groupedDigits(String(Math.round(value)).replace('-', '−'));
}

/** The same for the whole part of a number that is text already. */
export function groupedDigits(text: string): string {
  if (text.includes('e')) return text;
  return text.replace(/(?<=^−?)\d{5,}/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, '\u202f'));
}

/** 12 → ₁₂ */
export const subscript = (index: number): string =>
  [...String(index)].map((digit) => String.fromCharCode(0x2080 + Number(digit))).join('');

/** Ten to a whole power. */
export function powerOfTen(exponent: number): string {
  const digits = [...String(Math.abs(exponent))].map((digit) => superscripts[Number(digit)]).join('');
  return `10${exponent < 0 ? '⁻' : ''}${digits}`;
}

/** 0.0000456 → 4.6 × 10⁻⁵; numbers of ordinary size stay as they are. */
export function scientific(value: number, digits = 2): string {
  if (Number.isNaN(value)) return 'not a number';
  if (!Number.isFinite(value)) return value < 0 ? '−∞' : '∞';
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 0.01 && size < 10_000) return signed(Number(value.toPrecision(digits + 1)));
  const [mantissa, exponent] = value.toExponential(digits - 1).split('e') as [string, string];
  return `${mantissa.replace('-', '−')}\u00a0×\u00a0${powerOfTen(Number(exponent))}`;
}

/** The shortest decimal that is this float32: what NumPy prints. */
export function float32(value: number): string {
  for (let digits = 1; digits <= 9; digits++) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) return signed(Number(text));
  }
  return signed(value);
}

/** With a fixed number of decimals and a real minus sign. */
export function fixed(value: number, decimals: number): string {
  const text = value.toFixed(decimals);
  return Number(text) === 0 ? text.replace('-', '') : text.replace('-', '−');
}

/** As JavaScript prints it, with a real minus sign. */
export function signed(value: number): string {
  return String(value).replace(/-/g, '−');
}

export function short(value: number): string {
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-4 && size < 1e7)) return signed(Number(value.toPrecision(7)));
  return scientific(value, 4);
}

/** An error relative to the answer: as percent where that reads well. */
export function errorText(error: number): string {
  if (!Number.isFinite(error)) return 'not finite';
  // What is left of rounding in float64.
  if (error < 1e-12) return '0';
  if (error < 1e-4 || error > 1e4) return scientific(error);
  const percent = Number((100 * error).toPrecision(2));
  return `${percent < 100 ? percent : grouped(percent)} %`;
}
