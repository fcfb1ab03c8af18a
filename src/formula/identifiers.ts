/** Names of columns as names in programs. */

/** Words that mean something else in JavaScript, Python or SymPy. */
const RESERVED = new Set(
  (
    'abs and arguments as assert async await beta break case catch class const continue cos debugger def default del ' +
    'delete do elif else enum eval except exp export extends false finally for from function gamma global if implements ' +
    'import in instanceof interface is lambda let log max min new nonlocal not np null or package pass pi pow predict ' +
    'print private protected public raise re return sign sin sqrt static super switch symbols test this throw true try ' +
    'typeof var void while with yield zeta Abs C E False I Infinity Integer Math Max Min N NaN None O Q S True undefined'
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
