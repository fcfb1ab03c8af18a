/**
 * Descriptions of option objects: plain data that run-time checks read, held against the types by the compiler. A key that is
 * in one and not in the other, or has another type there, does not compile.
 */

import { isList } from './list.ts';

declare const type: unique symbol;

/** Describes the values of type T, exactly: neither of a part of it nor of more. */
export type Kind<T> = AnyKind & { readonly [type]?: (value: T) => T; readonly needed?: never };

/** A kind whose key may not be left out. */
export type Needed<T> = AnyKind & { readonly [type]?: (value: T) => T; readonly needed: true };

export interface Range {
  readonly whole?: boolean;
  /** Lower end, itself allowed. */
  readonly least?: number;
  /** Lower end, itself not allowed. */
  readonly above?: number;
  /** Upper end, itself allowed. */
  readonly most?: number;
  /** Upper end, itself not allowed. */
  readonly below?: number;
  /** Whether infinity is a value. */
  readonly infinite?: boolean;
}

interface Common {
  /** What a value must be, for messages; default: derived from the rest. */
  readonly what?: string;
  readonly needed?: true;
}

export type AnyKind = Common &
  (
    | ({ readonly is: 'number' } & Range)
    | { readonly is: 'text' | 'flag' | 'function' | 'any' }
    /** One of some values, mostly names. */
    | { readonly is: 'name'; readonly of: readonly unknown[] }
    /** An object made elsewhere, recognised by its members and passed on as it is. */
    | { readonly is: 'having'; readonly members: readonly string[] }
    /** What only a function can tell. */
    | { readonly is: 'such'; readonly test: (value: unknown) => boolean }
    | { readonly is: 'list'; readonly of: AnyKind; readonly least?: number; readonly most?: number }
    | { readonly is: 'map'; readonly of: AnyKind }
    | { readonly is: 'either'; readonly of: readonly AnyKind[] }
    /** An object of options; `tag` names the one that says which of `variants` it is. */
    | { readonly is: 'options'; readonly description: AnyDescription }
    | { readonly is: 'tagged'; readonly tag: string; readonly variants: Readonly<Record<string, AnyFields>> }
  );

export type AnyFields = Readonly<Record<string, AnyKind>>;

export interface AnyDescription {
  readonly fields: AnyFields;
  /** Lists of names of which exactly one must be given. */
  readonly exactlyOne?: readonly (readonly string[])[];
  /** What to say of a name that other objects have. */
  readonly elsewhere?: Readonly<Record<string, string>>;
}

/** A kind for every key of T. */
export type Fields<T> = {
  readonly [K in keyof T]-?: Record<never, never> extends Pick<T, K>
    ? Kind<Exclude<T[K], undefined>>
    : Needed<T[K]>;
};

/** Describes the option object T. */
export interface Description<T> extends AnyDescription {
  readonly fields: AnyFields & Fields<T>;
  readonly exactlyOne?: readonly (readonly (keyof T & string)[])[];
}

/** T, where of the names K exactly one is given. */
export type ExactlyOne<T, K extends keyof T> = Omit<T, K> &
  { [One in K]: Required<Pick<T, One>> & { [Other in Exclude<K, One>]?: never } }[K];

/** The member of a union of objects whose tag is `Name`, without it. */
type Variant<T, Tag extends keyof T, Name> = T extends unknown
  ? Name extends T[Tag]
    ? Omit<T, Tag>
    : never
  : never;

export const needed = /* @__NO_SIDE_EFFECTS__ */ <T>(kind: Kind<T>): Needed<T> =>
  ({ ...kind, needed: true }) as Needed<T>;

export const number = /* @__NO_SIDE_EFFECTS__ */ (
  range: Range & { readonly what?: string } = {},
): Kind<number> => ({
  is: 'number',
  ...range,
});
export const text: Kind<string> = { is: 'text' };
export const flag: Kind<boolean> = { is: 'flag' };
export const callback = /* @__NO_SIDE_EFFECTS__ */ <F>(): Kind<F> => ({ is: 'function' });
/** Checked elsewhere. */
export const anything = /* @__NO_SIDE_EFFECTS__ */ <T>(what: string): Kind<T> => ({ is: 'any', what });
export const oneOf = /* @__NO_SIDE_EFFECTS__ */ <const T>(...values: readonly T[]): Kind<T> => ({
  is: 'name',
  of: values,
});
/** One of the names of `table`. */
export const keyOf = /* @__NO_SIDE_EFFECTS__ */ <T extends object>(table: T): Kind<keyof T & string> => ({
  is: 'name',
  of: Object.keys(table),
});
export const having = /* @__NO_SIDE_EFFECTS__ */ <T>(
  what: string,
  ...members: readonly (keyof T & string)[]
): Kind<T> => ({
  is: 'having',
  what,
  members,
});
export const such = /* @__NO_SIDE_EFFECTS__ */ <T>(
  what: string,
  test: (value: unknown) => boolean,
): Kind<T> => ({
  is: 'such',
  what,
  test,
});
export const list = /* @__NO_SIDE_EFFECTS__ */ <T>(
  of: Kind<T>,
  least = 0,
  most?: number,
): Kind<readonly T[]> => ({
  is: 'list',
  of,
  least,
  ...(most !== undefined && { most }),
});
export const map = /* @__NO_SIDE_EFFECTS__ */ <T>(of: Kind<T>): Kind<Readonly<Record<string, T>>> => ({
  is: 'map',
  of,
});
export const either = /* @__NO_SIDE_EFFECTS__ */ <A, B>(a: Kind<A>, b: Kind<B>): Kind<A | B> => ({
  is: 'either',
  of: [a, b],
});
/** Or undefined, of an argument that may be left out. */
export const optional = /* @__NO_SIDE_EFFECTS__ */ <T>(kind: Kind<T>): Kind<T | undefined> =>
  either(kind, oneOf(undefined));
export const options = /* @__NO_SIDE_EFFECTS__ */ <T>(description: Description<T>): Kind<T> => ({
  is: 'options',
  description,
});
export const tagged = /* @__NO_SIDE_EFFECTS__ */ <T, Tag extends keyof T & string>(
  tag: Tag,
  variants: { readonly [Name in T[Tag] & string]: Fields<Variant<T, Tag, Name>> },
): Kind<T> => ({ is: 'tagged', tag, variants });

/** Two finite numbers. */
export const pair = { is: 'list', of: { is: 'number' }, least: 2, most: 2, what: 'two numbers' } as Kind<
  readonly [number, number]
>;
/** Sizes and counts: whole numbers from 1. */
export const size = number({ whole: true, least: 1 });
/** Seeds: unsigned 32-bit integers. */
export const seed = number({ whole: true, least: 0, most: 0xffffffff });
/** Whether it is an array or typed array of numbers. */
export const isNumbers = (value: unknown): value is ArrayLike<number> =>
  Array.isArray(value)
    ? value.every((each) => typeof each === 'number')
    : isList(value) && (value.length === 0 || typeof value[0] === 'number');
export const numbers = such<ArrayLike<number>>('a list of numbers', isNumbers);
export const signal = having<AbortSignal>('an AbortSignal', 'aborted', 'addEventListener');
/**
 * The fields of `Base` and what `T` has beside them. A spread would do the same, but bundlers keep one at the top of a module even where
 * nobody uses it.
 */
export const extended = /* @__NO_SIDE_EFFECTS__ */ <Base, T extends Base>(
  base: Fields<Base>,
  own: Omit<Fields<T>, keyof Base>,
): Fields<T> => ({ ...base, ...own }) as unknown as Fields<T>;
/** The same kind, called otherwise in messages. */
export const called = /* @__NO_SIDE_EFFECTS__ */ <T>(what: string, kind: Kind<T>): Kind<T> => ({
  ...kind,
  what,
});
