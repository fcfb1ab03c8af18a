/**
 * WGSL without comments and without blanks that mean nothing. The text may have holes, `\ue000…\ue001`, for what is inserted
 * later: that may be anything, so a blank or a line break beside a hole only goes where it cannot matter.
 */

const OPERATORS = '+-*/%<>=!&|^~.@';
const SEPARATORS = '(){}[];,:';

/** Fewer characters, the same tokens. */
export function squeeze(text: string): string {
  const lines = text
    .replace(/\/\*[\s\S]*?\*\//g, ' ')
    .replace(/\/\/[^\n]*/g, '')
    .replace(/[ \t\r]+/g, ' ')
    .replace(/ ?\n[\n ]*/g, '\n');
  let squeezed = '';
  for (let at = 0; at < lines.length; at++) {
    const character = lines[at] as string;
    if (character !== ' ' && character !== '\n') squeezed += character;
    else squeezed += between(squeezed.at(-1), character, lines[at + 1]);
  }
  return squeezed;
}

/** What is left of a blank or line break between two characters; outside the text there may be anything. */
function between(before: string | undefined, blank: string, after: string | undefined): string {
  if (before === undefined || after === undefined) return blank;
  // A comment at the end of what is inserted ends with the line.
  if (blank === '\n' && before === '\ue001') return blank;
  if (SEPARATORS.includes(before) || SEPARATORS.includes(after)) return '';
  if (before === '\ue001' || after === '\ue000') return blank;
  const operators = [before, after].filter((character) => OPERATORS.includes(character)).length;
  return operators === 1 ? '' : ' ';
}
