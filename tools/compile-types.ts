/**
 * Declarations that every TypeScript from 5.6 on accepts, whatever `lib` a project has: what newer versions know of typed arrays
 * is written so that older ones read it too, and what a declaration needs of other libraries comes with it.
 */

/** Globals of WebGPU that only TypeScript 6 has in its own library. An interface that is there already is merged with nothing. */
const globalName = /\bGPU[A-Z][A-Za-z0-9]*\b|\bGPU\b/g;
/** Since TypeScript 5.7 typed arrays have a parameter; each one's `of` gives it one over an ArrayBuffer, in every version. */
const overArrayBuffer = /\b((?:Big)?(?:Float|Int|Uint)\d+(?:Clamped)?Array)<ArrayBuffer>/g;
const overAnyBuffer = /\b([A-Za-z0-9]+Array|ArrayBufferView|DataView)<ArrayBufferLike>/g;

/** The names of WebGPU that the code of a declaration mentions. */
export const webGpuNames = (text: string): string[] => withoutComments(text).match(globalName) ?? [];

/** `text`, a declaration file; `globals` is the path from its folder to the file that declares what it needs of WebGPU. */
export function compileTypes(text: string, globals: string): string {
  const code = withoutComments(text);
  const references = [
    ...(webGpuNames(text).length > 0 ? [`/// <reference path="${globals}" />`] : []),
    ...(/Symbol\.(async)?[dD]ispose/.test(code) ? ['/// <reference lib="esnext.disposable" />'] : []),
  ];
  const own = text.replace(overArrayBuffer, "ReturnType<$1Constructor['of']>").replace(overAnyBuffer, '$1');
  return [...references, own].join('\n');
}

/** A file that declares `names`. */
export const globalsOf = (names: Iterable<string>): string =>
  [...new Set(names)]
    .sort()
    .map((name) => `interface ${name} {}\n`)
    .join('');

const withoutComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
