/** What commands write, and how to tell it from what else may be in a file: by how it begins. */

export interface FileKind {
  /** With its article, as in `it is not a picture (SVG)`. */
  readonly name: string;
  /** Whether a file that begins with `start` (all of a small file) is of this kind. */
  matches(start: Uint8Array, path: string): boolean;
}

/** Bytes at the beginning of a file that tell what it is. */
export const START_BYTES = 2 ** 16;

const marker = 'Written by nalu-webgpu';

/** The beginning as text; undefined where it is none. The last character may be cut. */
function textOf(start: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(start, { stream: true });
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
}

const ofText = (name: string, matches: (text: string, path: string) => boolean): FileKind => ({
  name,
  matches(start, path) {
    const text = textOf(start);
    return text !== undefined && matches(text, path);
  },
});

const ofBytes = (name: string, matches: (start: Uint8Array) => boolean): FileKind => ({ name, matches });

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

/** Kinds of files that commands write. */
export const fileKinds = {
  model: ofBytes('a model of this package', (start) => {
    // Eight bytes say how long the header is, which is JSON.
    return start[8] === 0x7b && /"nalu-webgpu\/(model|formula)"/.test(latin1(start));
  }),
  onnx: ofBytes('an ONNX model', (start) => {
    // ModelProto: the version of the format (field 1), then the producer (2) or what comes after it.
    return start[0] === 0x08 && [0x12, 0x1a, 0x22, 0x32, 0x3a].includes(start[2] ?? 0);
  }),
  javascript: ofText(
    'an exported JavaScript module',
    (text) => /^\/\*\*/.test(text) && text.includes(marker),
  ),
  python: ofText('an exported Python module', (text) => text.startsWith('"""') && text.includes(marker)),
  svg: ofText('an SVG picture', (text) =>
    /^\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*|<!DOCTYPE[^>]*>\s*)*<svg\b/s.test(text),
  ),
  png: ofBytes('a PNG picture', (start) => latin1(start.subarray(0, 8)) === '\x89PNG\r\n\x1a\n'),
  predictions: ofText('a table of predictions', (text) =>
    /_predicted\b/.test(text.split(/\r?\n/, 1)[0] ?? ''),
  ),
  reportCsv: ofText('a report as CSV', (text) => text.startsWith('task,settings,unit,op,')),
  reportJson: ofText('a report as JSON', (text) => text.startsWith('{"rows":[')),
  reportText: ofText('a text or a report', (text, path) => {
    return /(^|[\\/])[^.\\/]+$|\.(txt|text|md|markdown|log|out)$/i.test(path) && !/^(\{|<|#!)/.test(text);
  }),
} satisfies Record<string, FileKind>;
