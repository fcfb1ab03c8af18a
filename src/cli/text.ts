/** Text for terminals: columns, wrapped paragraphs, numbers as people read them. */

/** Columns that printed text may take; every line fits a terminal of this width. */
export const WIDTH = 80;

/** Columns a text takes on a terminal: the hat of M̂ is a character of its own, but takes none. */
export function columns(text: string): number {
  return [...text.replace(/\p{M}/gu, '')].length;
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - columns(text)));
}

export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - columns(text))) + text;
}

/** Breaks `text` into lines of at most `width` columns, each after `indent` spaces; breaks stand at spaces. */
export function wrap(text: string, { indent = 0, width = WIDTH } = {}): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/ +/)) {
    if (line && indent + columns(line) + 1 + columns(word) > width) {
      lines.push(line);
      line = word;
    } else line = line ? `${line} ${word}` : word;
  }
  return [...lines, line].map((each) => ' '.repeat(indent) + each);
}

/** Breaks a list into lines of at most `width` columns, as `wrap` does, but only between its parts. */
export function wrapList(
  parts: readonly string[],
  options: { indent?: number; width?: number } = {},
): string[] {
  const hard = '\u00a0';
  const text = parts.map((part) => part.replaceAll(' ', hard)).join(', ');
  return wrap(text, options).map((line) => line.replaceAll(hard, ' '));
}

/** `label` in a column of `indent` columns, `text` wrapped beside it. */
export function labelled(label: string, text: string, indent: number): string[] {
  const [first = '', ...rest] = wrap(text, { indent });
  return [padEnd(label, indent) + first.slice(indent), ...rest];
}

/** Rows in columns that are aligned to the right, two spaces apart, after `indent` spaces. */
export function table(rows: readonly (readonly string[])[], indent = 2): string[] {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => columns(row[at] ?? ''))));
  return rows.map(
    (row) => ' '.repeat(indent) + row.map((cell, at) => padStart(cell, widths[at] as number)).join('  '),
  );
}

/** Pads numbers on the right so that, aligned to the right, their decimal points stand below each other. */
export function alignPoints(numbers: readonly string[]): string[] {
  const behind = (text: string) => text.length - `${text}.`.indexOf('.');
  const most = Math.max(...numbers.map(behind));
  return numbers.map((text) => text + ' '.repeat(most - behind(text)));
}

/** `22,000`. Without `Intl`, which takes longer to load than a command to start. */
export function count(value: number): string {
  const [whole = '', ...fraction] = String(Math.round(1000 * value) / 1000).split('.');
  return [whole.replace(/\B(?=(\d{3})+$)/g, ','), ...fraction].join('.');
}

/** `14,800`: to three digits. */
export function rough(value: number): string {
  return count(Number(value.toPrecision(3)));
}

/** `4.9e-5`; `not finite` for what a diverged run gives. */
export function errorText(value: number): string {
  if (value === 0) return '0';
  return Number.isFinite(value) ? value.toExponential(1) : 'not finite';
}

/** A float32 with as few digits as tell it from its neighbours, the way the article's framework prints it. */
export function float32Text(value: number): string {
  const single = Math.fround(value);
  for (let digits = 6; digits < 9; digits++) {
    const text = String(Number(single.toPrecision(digits)));
    if (Math.fround(Number(text)) === single) return text;
  }
  return Number.isFinite(single) ? String(Number(single.toPrecision(9))) : 'not finite';
}

/** `7.4 s`, `3 min 20 s` */
export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
