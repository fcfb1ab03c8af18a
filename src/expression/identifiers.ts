/** Names of columns as names in programs. */

/**
 * Words that cannot be names in JavaScript or Python, by their grammars (ECMA-262, 12.7.2, of modules; the Python language
 * reference, 2.3.1), and those that the programs themselves use. All else, such as the functions of Python, may be hidden.
 */
const RESERVED = new Set(
  (
    'arguments await break case catch class const continue debugger default delete do else enum eval export extends false ' +
    'finally for function if implements import in instanceof interface let new null package private protected public return ' +
    'static super switch this throw true try typeof var void while with yield ' +
    'False None True and as assert async def del elif except from global is lambda nonlocal not or pass raise ' +
    'Math np predict'
  ).split(' '),
);

/** For each name one of Latin letters, digits and _, all of them different and none reserved. */
export function identifiersOf(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    // Without accents: é is e and a mark.
    const latin = name.normalize('NFD').replace(/\p{M}/gu, '');
    const word = latin.replace(/[^A-Za-z0-9_]+/g, '_').replace(/^_+|_+$/g, '') || 'x';
    const start = /^[0-9]/.test(word) ? `x${word}` : word;
    let candidate = RESERVED.has(start) ? `${start}_` : start;
    for (let k = 2; taken.has(candidate); k++) candidate = `${start}_${k}`;
    taken.add(candidate);
    return candidate;
  });
}
