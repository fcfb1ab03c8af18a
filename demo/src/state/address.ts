/**
 * The part of the page's address after `#`: `learn?seed=7&why:width=8` leads to section `learn`, sets its seed, and the
 * width of another section, `why`. Values are percent-encoded as in any query.
 */

/** Texts by key. A map, since anybody writes links: on a plain object, `__proto__` is no key like any other. */
export type Given = ReadonlyMap<string, string>;

export interface Address {
  /** Where it leads; '' for the top of the page. */
  readonly section: string;
  /** By section: only those that have something set. */
  readonly states: ReadonlyMap<string, Given>;
}

export function readAddress(hash: string): Address {
  const [section = '', query = ''] = splitOnce(hash.replace(/^#/, ''), '?');
  const states = new Map<string, Map<string, string>>();
  for (const [name, value] of new URLSearchParams(query)) {
    const [first, rest] = splitOnce(name, ':');
    const [owner, key] = rest === undefined ? [section, first] : [first, rest];
    if (!owner || !key) continue;
    const state = states.get(owner) ?? new Map<string, string>();
    states.set(owner, state.set(key, value));
  }
  return { section, states };
}

/** '' when it leads nowhere and nothing is set. */
export function writeAddress({ section, states }: Address): string {
  const owners = [...states].sort(([a], [b]) => Number(b === section) - Number(a === section));
  const pairs = owners.flatMap(([owner, given]) =>
    [...given].map(
      ([key, value]) => `${owner === section ? '' : `${encode(owner)}:`}${encode(key)}=${encode(value)}`,
    ),
  );
  if (!section && pairs.length === 0) return '';
  return `#${section}${pairs.length > 0 ? `?${pairs.join('&')}` : ''}`;
}

/** Readable where that is safe: links of commas, brackets and operators stay legible. */
function encode(text: string): string {
  return encodeURIComponent(text)
    .replace(/%20/g, '+')
    .replace(/%(2C|5B|5D|2F|3A|40|5E|7C)/g, decodeURIComponent);
}

function splitOnce(text: string, mark: string): [string, string?] {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
