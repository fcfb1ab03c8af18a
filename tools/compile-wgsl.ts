/**
 * What the sources keep for readers and a published module does without.
 *
 * - In modules of WGSL: comments, indentation and blanks of the templates, and the `wgsl` tag itself, whose conditions become
 *   plain ones. (What the tag guards against, the tests of the sources have found.)
 * - There and in the library's own modules: nothing is cut, but calls at the top level are marked as pure, so that a bundler can leave
 *   out what nobody uses.
 *
 * Names stay, so that a compiler's message can still be read. Lines stay too: what is cut is made up for behind the template,
 * and source maps hold.
 */

import { type ESTree, type Plugin, parseSync } from 'vite';
import { squeeze } from './squeeze-wgsl.ts';

/** Modules whose templates are WGSL; only the tag's own module is none. */
const shaders = /[\\/]shaders[\\/](?!wgsl\.)[^?]*\.[jt]s$/;
/** Modules whose top level only makes records: all of the library. */
const records = /[/]src[/](?!cli[/]|node[/])[^?]*\.[jt]s$/;

/** Compiles modules while they are bundled from the sources. */
export const wgslCompiler = (): Plugin => ({
  name: 'compile-wgsl',
  enforce: 'pre',
  transform: (code, path) => (isCompiled(path) ? { code: compileWgsl(code, path), map: null } : null),
});

/** Whether `compileWgsl` is for the module at `path`. */
export const isCompiled = (path: string): boolean =>
  !path.endsWith('.d.ts') && (shaders.test(path) || records.test(path));

/** The module at `path`, compiled. Throws an Error where a directive cannot be. */
export function compileWgsl(code: string, path: string): string {
  const { program, errors } = parseSync(path, code);
  if (errors[0]) throw new Error(`${path}: ${errors[0].message}`);
  return new Compilation(code, path).text(
    { ...program, start: 0, end: code.length },
    { top: true, message: !shaders.test(path) },
  );
}

/** Where a node is: at the top level of the module, inside a message for people. */
interface Place {
  readonly top: boolean;
  readonly message: boolean;
}

class Compilation {
  readonly #code: string;
  readonly #path: string;

  constructor(code: string, path: string) {
    this.#code = code;
    this.#path = path;
  }

  /** The text of a node, with what is inside it compiled. */
  text(node: ESTree.Node, place: Place): string {
    let at = node.start;
    let text = '';
    for (const child of childrenOf(node)) {
      // The two names of a shorthand are one text.
      if (child.start < at) continue;
      text += this.#code.slice(at, child.start) + this.#compiled(child, node, inside(node, child, place));
      at = child.end;
    }
    return text + this.#code.slice(at, node.end);
  }

  #compiled(node: ESTree.Node, parent: ESTree.Node, place: Place): string {
    if (!place.message && (node.type === 'TemplateLiteral' || isTagged(node))) {
      return this.#padded(node, this.#template(node, place));
    }
    const pure = node.type === 'CallExpression' && place.top && parent.type !== 'ExpressionStatement';
    return (pure ? '/* @__PURE__ */ ' : '') + this.text(node, place);
  }

  #template(node: ESTree.TemplateLiteral | ESTree.TaggedTemplateExpression, place: Place): string {
    const { quasis, expressions } = node.type === 'TemplateLiteral' ? node : node.quasi;
    const values = expressions.map((value) => this.#compiled(value, node, place));
    const literal = (text: string): string =>
      `\`${squeeze(text).replace(HOLES, (_, index) => `\${${values[index]}}`)}\``;
    let text = quasis
      .map(({ value }, index) => value.raw + (index < values.length ? hole(index) : ''))
      .join('');
    if (isTagged(node)) {
      text = text.replace(CHOICE, (_, first, branches) => {
        const [, ...parts] = [undefined, first, ...(branches as string).split(BRANCH)];
        values.push(choice(parts, values, literal));
        return hole(values.length - 1);
      });
      if (DIRECTIVE.test(text)) throw new Error(`${this.#path}: a directive is left over in\n${text}`);
    }
    return literal(text);
  }

  /** With as many lines as `node` had, and the same column at the end. */
  #padded(node: ESTree.Node, text: string): string {
    const lines = this.#code.slice(node.start, node.end).split('\n');
    const missing = lines.length - text.split('\n').length;
    return missing > 0 ? text + '\n'.repeat(missing) + ' '.repeat((lines.at(-1) as string).length) : text;
  }
}

/** A value of a template, in the template's text. */
const hole = (index: number): string => `\ue000${index}\ue001`;
const HOLES = /\ue000(\d+)\ue001/g;
const CHOICE = /^[ \t]*#if \ue000(\d+)\ue001[ \t]*\n([\s\S]*?)^[ \t]*#endif[ \t]*$/gm;
const BRANCH = /^[ \t]*#(?:elif \ue000(\d+)\ue001|else)[ \t]*\n/m;
const DIRECTIVE = /#(?:if|elif|else|endif)\b/;

/** `a ? b : c ? d : e` of conditions (numbers of values; none for the last) and texts in turn. */
function choice(
  [condition, text = '', ...rest]: readonly (string | undefined)[],
  values: readonly string[],
  literal: (text: string) => string,
): string {
  if (condition === undefined) return literal(text);
  const other = rest.length > 0 ? choice(rest, values, literal) : '``';
  return `(${values[Number(condition)]}) ? ${literal(text)} : ${other}`;
}

const isTagged = (node: ESTree.Node): node is ESTree.TaggedTemplateExpression =>
  node.type === 'TaggedTemplateExpression' && node.tag.type === 'Identifier' && node.tag.name === 'wgsl';

const FUNCTIONS = ['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'];

function inside(node: ESTree.Node, child: ESTree.Node, { top, message }: Place): Place {
  const labelled =
    node.type === 'Property' &&
    node.key.type === 'Identifier' &&
    node.key.name === 'label' &&
    child !== node.key;
  return {
    top: top && !FUNCTIONS.includes(node.type),
    message: message || labelled || node.type === 'NewExpression',
  };
}

/** In the order in which they stand. */
function childrenOf(node: ESTree.Node): ESTree.Node[] {
  const isNode = (value: unknown): value is ESTree.Node =>
    typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
  const children = Object.values(node).flat().filter(isNode);
  return children.sort((a, b) => a.start - b.start);
}
