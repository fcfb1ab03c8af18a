/**
 * The part of the page's address after `#`: `learn?seed=7&why:width=8` leads to section `learn`, sets its seed, and the
 * width of another section, `why`. Values are percent-encoded as in any query.
 */

/** Texts by key. */
export type Given = Readonly<Record<string, string>>;

export interface Address {
  /** Where it leads; '' for the top of the page. */
  readonly section: string;
  /** By section: only those that have something set. */
  readonly states: Readonly<Record<string, Given>>;
}

export function readAddress(hash: string): Address {
  const [section = '', query = ''] = splitOnce(hash.replace(/^#/, ''), '?');
  const states: Record<string, Record<string, string>> = {};
  for (const [name, value] of new URLSearchParams(query)) {
    const [first, rest] = splitOnce(name, ':');
    const [owner, key] = rest === undefined ? [section, first] : [first, rest];
    if (!owner || !key) continue;
    states[owner] ??= {};
    states[owner][key] = value;
  }
  return { section, states };
}

/** '' when it leads nowhere and nothing is set. */
export function writeAddress({ section, states }: Address): string {
  const owners = Object.keys(states).sort((a, b) => Number(b === section) - Number(a === section));
  const pairs = owners.flatMap((owner) =>
    Object.entries(states[owner] ?? {}).map(
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
