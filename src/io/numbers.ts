/**
 * Numbers as people, spreadsheets and instruments write them: decimal points and commas, separators of thousands of every
 * convention, currencies, percent, units, negatives in brackets. What a text means under one decimal sign it may not mean
 * under the other; both values are given, and who has seen the whole column decides.
 */

/** What a text says, or that it says nothing or no number. */
export type Reading = NumberReading | 'missing' | 'not a number';

export interface NumberReading {
  /** The value with a decimal point, commas as separators of thousands; NaN where the text is not a number then. */
  readonly point: number;
  /** The value with a decimal comma, points as separators of thousands. */
  readonly comma: number;
  /** What stands beside the digits: `$`, `EUR`, `%`, `cm`; empty for none. */
  readonly affix: string;
  /** Whether digits are in groups. */
  readonly grouped: boolean;
}

/** The decimal sign of a number. */
export type Decimal = '.' | ',';

/** What stands for a missing value, whatever its case, besides nothing at all. */
const MISSING = new Set(
  'na n/a n.a. nan <na> null nil none missing nd n.d. - -- --- – — ? . .. ... … \\n #n/a #na #null! #div/0! #value! #ref! #num! #name?'.split(
    ' ',
  ),
);

/** A number with a decimal point and nothing else; linear in the length of the text. */
const PLAIN = /^[ \t]*[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?[ \t]*$/;
/** One that may have a separator of thousands where the point is: one to three digits, then three. */
const GROUP_OF_THREE = /^\s*[+-]?[1-9][0-9]{0,2}\.[0-9]{3}\s*$/;
/** Longer texts are numbers in plain digits or none. */
const LONGEST = 400;

/** Whether `text` is a number with a decimal point, or a whole one, without anything that needs a closer look. */
export const isPlain = (text: string): boolean => PLAIN.test(text);

/** Whether the point in a plain number may be a separator of thousands. */
export const mayBeGrouped = (text: string): boolean => GROUP_OF_THREE.test(text);

/**
 * Whether float64 holds the whole number in plain digits that `text` is, or `text` is the shortest one that is read as the
 * same float64; true for everything else. Other whole numbers, beyond 2⁵³, would be rounded.
 */
export function isExact(text: string, value: number): boolean {
  if (Math.abs(value) < 2 ** 53 || !Number.isFinite(value)) return true;
  const digits = /^[+-]?([0-9]+)$/.exec(text.trim())?.[1];
  if (digits === undefined) return true;
  const written = BigInt(digits);
  const size = Math.abs(value);
  return written === BigInt(size) || (size < 1e21 && String(written) === String(size));
}

const MINUS = /[−–﹣－]/g;
/** What stands before the digits, the digits with their separators, an exponent, and what stands behind. */
const PARTS =
  /^([^0-9.,]*)([0-9.,](?:[0-9.,'’ʼ`_ \u00a0\u2007\u2009\u202f]*[0-9.,])?)((?:[eE][+-]?[0-9]+)?)([\s\S]*)$/;
const CURRENCY = /^[A-Za-z]{0,3}\p{Sc}$/u;
const PERCENT = /^[%‰]$/;
/** `cm`, `m/s`, `m2`, `°C`, `kg·m²`. */
const UNIT = /^[\p{L}°µΩ′″][\p{L}°/·*^²³⁻¹]{0,11}[23]?$/u;

/** The codes of ISO 4217, as far as this platform knows them. */
const codes = new Set<string>(
  typeof Intl.supportedValuesOf === 'function' ? Intl.supportedValuesOf('currency') : [],
);
const isCurrency = (affix: string): boolean => CURRENCY.test(affix) || codes.has(affix);

/** Kinds of affix: money may be left out in some cells of a column, a unit or percent may not. */
export const affixKind = (affix: string): 'none' | 'money' | 'percent' | 'unit' => {
  if (affix === '') return 'none';
  if (isCurrency(affix)) return 'money';
  return PERCENT.test(affix) ? 'percent' : 'unit';
};

/** What `text` says; without `groups`, digits in groups are no number. */
export function readNumber(text: string, groups = true): Reading {
  if (PLAIN.test(text)) {
    const value = Number(text);
    if (!Number.isFinite(value)) return 'not a number';
    const isGrouped = groups && mayBeGrouped(text);
    const comma = isGrouped ? Number(text.replace('.', '')) : text.includes('.') ? Number.NaN : value;
    return { point: value, comma, affix: '', grouped: false };
  }
  const trimmed = text.trim();
  if (trimmed === '' || MISSING.has(trimmed.toLowerCase())) return 'missing';
  if (trimmed.length > LONGEST) return 'not a number';
  return readParts(trimmed, groups) ?? 'not a number';
}

function readParts(text: string, groups: boolean): NumberReading | undefined {
  const brackets = /^([^()]*)\(([^()]*)\)([^()]*)$/.exec(text);
  const bracketed = brackets !== null;
  const inner = (brackets ? brackets.slice(1).join('') : text).replace(MINUS, '-').trim();
  const found = PARTS.exec(inner);
  if (!found) return undefined;
  const [, head = '', digits = '', exponent = '', tail = ''] = found;
  const before = unsigned(head);
  const after = unsigned(tail);
  if (!before || !after) return undefined;
  // A plus counts as a sign too; behind the digits only a minus does, as some ledgers have it.
  const signs = before.signs + after.signs + (bracketed ? '-' : '');
  if (signs.length > 1 || after.signs === '+') return undefined;
  if (after.signs === '-' && before.rest === '' && after.rest === '' && !tail.trim().endsWith('-')) {
    return undefined;
  }
  if (before.rest !== '' && (after.rest !== '' || !isCurrency(before.rest))) return undefined;
  if (after.rest !== '' && !isCurrency(after.rest) && !PERCENT.test(after.rest) && !UNIT.test(after.rest)) {
    return undefined;
  }
  const sign = signs === '-' ? -1 : 1;
  const [point, comma] = (['.', ','] as const).map((decimal) => {
    const found = digitsValue(digits, exponent, decimal);
    return found.grouped && !groups ? NOTHING : found;
  }) as [Digits, Digits];
  if (Number.isNaN(point.value) && Number.isNaN(comma.value)) return undefined;
  return {
    point: sign * point.value,
    comma: sign * comma.value,
    affix: before.rest + after.rest,
    grouped: point.grouped || comma.grouped,
  };
}

/** Takes the signs out of what stands beside the digits; undefined where there is more than one. */
function unsigned(text: string): { readonly signs: string; readonly rest: string } | undefined {
  const trimmed = text.trim();
  const start = /^[+-]/.test(trimmed) ? trimmed[0] : '';
  const end = start === '' && /[+-]$/.test(trimmed) ? trimmed.at(-1) : '';
  const rest = trimmed.slice(start ? 1 : 0, end ? -1 : undefined).trim();
  return /[+-]/.test(rest) ? undefined : { signs: `${start}${end}`, rest };
}

interface Digits {
  readonly value: number;
  readonly grouped: boolean;
}

const NOTHING: Digits = { value: Number.NaN, grouped: false };

/** The value of digits with separators, where `decimal` is the decimal sign. */
function digitsValue(digits: string, exponent: string, decimal: Decimal): Digits {
  const [whole = '', fraction, ...more] = digits.split(decimal);
  if (more.length > 0) return NOTHING;
  if (fraction !== undefined && !/^[0-9]*$/.test(fraction)) return NOTHING;
  // `5,` is the end of a list, not a number.
  if (fraction === '' && (decimal === ',' || whole === '')) return NOTHING;
  const grouped = !/^[0-9]*$/.test(whole);
  const plain = grouped ? ungrouped(whole, decimal === '.' ? ',' : '.') : whole;
  if (plain === undefined || (grouped && exponent !== '')) return NOTHING;
  const text = `${plain}.${fraction ?? ''}${exponent}`;
  const value = text === '.' ? Number.NaN : Number(text.replace(/\.(?=e|E|$)/, ''));
  return Number.isFinite(value) ? { value, grouped } : NOTHING;
}

const SEPARATOR = /[.,'’ʼ`_ \u00a0\u2007\u2009\u202f]/;

/** Digits without the separators between their groups; undefined where they are no groups of thousands. */
function ungrouped(text: string, mark: '.' | ','): string | undefined {
  const separator = SEPARATOR.exec(text)?.[0] as string;
  if ((separator === '.' || separator === ',') && separator !== mark) return undefined;
  const groups = text.split(separator);
  const first = groups[0] as string;
  const last = groups.at(-1) as string;
  const others = groups.slice(1, -1);
  if (!groups.every((group) => /^[0-9]+$/.test(group)) || /^0/.test(first) || last.length !== 3)
    return undefined;
  const thousands = first.length <= 3 && others.every(({ length }) => length === 3);
  // Lakh and crore: 12,34,567.
  const indian = separator === ',' && first.length <= 2 && others.every(({ length }) => length === 2);
  return thousands || indian ? groups.join('') : undefined;
}
