/** Lists of column names as one text: with commas between them, and a backslash before a comma of a name. */

export const joinNames = (names: readonly string[]): string =>
  names.map((name) => name.replace(/[\\,]/g, '\\$&')).join(',');

export function splitNames(text: string): string[] {
  if (text.trim() === '') return [];
  const parts = text.match(/(?:\\.|[^\\,])*(?:,|$)/gs) ?? [];
  const names = parts.map((part) => part.replace(/,$/, '').replace(/\\(.)/gs, '$1').trim());
  // The last match is the empty one at the end.
  return names.slice(0, -1);
}
