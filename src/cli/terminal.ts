/**
 * All that commands print goes through here. Names come from tables, models and tensors, where anything may be in them: what
 * would move the cursor, color, hide or turn around text is printed as an escape that people can see.
 */

/** Controls, formats (what turns text around or hides it), line ends of other kinds; not the joiners of many scripts. */
const hidden = /(?![\n\t\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

const hex = (code: number, digits: number): string => code.toString(16).padStart(digits, '0');

/** `text` with `\x1b` and the like in place of what a terminal would act on; line ends and tabs stay. */
export function visible(text: string): string {
  return text.replace(hidden, (character) => {
    const code = character.codePointAt(0) as number;
    return code < 0x100
      ? `\\x${hex(code, 2)}`
      : code < 0x10000
        ? `\\u${hex(code, 4)}`
        : `\\u{${hex(code, 5)}}`;
  });
}

/** The same on one line: a name, which may hold a line end. */
export function visibleName(name: string): string {
  return visible(name.replaceAll('\n', '\\n').replaceAll('\t', '\\t').replaceAll('\r', '\\r'));
}

/** Prints what a command is asked for. */
export function print(text: string): void {
  process.stdout.write(visible(text));
}

/** Prints what goes beside it, on stderr. */
export function note(text: string): void {
  process.stderr.write(visible(text));
}

/** Prints one JSON object on a line of its own, which reads back to the same value. */
export function printJson(value: unknown): void {
  process.stdout.write(`${jsonText(value)}\n`);
}

/** JSON whose texts hold nothing a terminal would act on. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value).replace(hidden, (character) =>
    Array.from({ length: character.length }, (_, at) => `\\u${hex(character.charCodeAt(at), 4)}`).join(''),
  );
}

/**
 * Prints data, a table or a module: as it is where a program or a file takes it, visible where a person looks at it. Resolves
 * when there is room for more.
 */
export async function printData(content: string | Uint8Array): Promise<void> {
  const isShown = typeof content === 'string' && process.stdout.isTTY;
  // Also where nobody reads any more.
  await new Promise<void>((resolve) => {
    process.stdout.write(isShown ? visible(content) : content, () => resolve());
  });
}
