/** WGSL for people: the declarations that an entry point needs, without comments, one statement a line, indented. */

const TOKEN =
  /\/\/[^\n]*|\/\*[\s\S]*?\*\/|0[xX][\da-fA-F.]+(?:[pP][+-]?\d+)?[iufh]?|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[iufh]?|[\p{L}_][\p{L}\p{N}_]*|<<=|>>=|->|\+\+|--|&&|\|\||[=!<>+\-*/%&|^]=|<<|>>|[^\s]/gu;

/** Names that take types between `<` and `>`. */
const TEMPLATES = /^(array|vec[234]|mat[234]x[234]|ptr|atomic|bitcast|var)$/;
const WORDS = /^(if|for|while|switch|return|else|case|let|var|const|loop|continuing)$/;
const isName = (token: string): boolean => /^[\p{L}_]/u.test(token);
const OPERATORS = /^([-+*/%&|^<>=!]=?|<<=?|>>=?|&&|\|\||->)$/;

const tokensOf = (code: string): string[] =>
  (code.match(TOKEN) ?? []).filter((token) => !/^\/[/*]/.test(token));

interface Declaration {
  readonly tokens: readonly string[];
  /** Undefined for directives, such as `enable`. */
  readonly name: string | undefined;
}

/** The module's declarations in order. */
function declarationsOf(code: string): Declaration[] {
  const found: Declaration[] = [];
  let tokens: string[] = [];
  let depth = 0;
  for (const token of tokensOf(code)) {
    tokens.push(token);
    if (token === '{') depth++;
    if (token === '}') depth--;
    if (depth > 0 || (token !== ';' && token !== '}')) continue;
    if (tokens.length > 1) found.push({ tokens, name: nameOf(tokens) });
    tokens = [];
  }
  return found;
}

function nameOf(tokens: readonly string[]): string | undefined {
  const keyword = tokens.findIndex((token) => /^(fn|struct|const|override|alias|var)$/.test(token));
  if (keyword < 0) return undefined;
  const after = tokens[keyword + 1] === '<' ? tokens.indexOf('>', keyword) : keyword;
  return tokens[after + 1];
}

/** What the entry points of `code` use, each declaration in its place, as people read it. */
export function readableWgsl(code: string): string {
  const all = declarationsOf(code);
  const byName = new Map(
    all.flatMap((each) => (each.name === undefined ? [] : [[each.name, each] as const])),
  );
  const needed = new Set<Declaration>();
  const need = (each: Declaration): void => {
    if (needed.has(each)) return;
    needed.add(each);
    for (const token of each.tokens) {
      const used = byName.get(token);
      if (used) need(used);
    }
  };
  for (const each of all) if (each.name === undefined) need(each);
  for (const each of all) if (each.tokens[0] === '@' && each.tokens.includes('compute')) need(each);
  let text = '';
  let before: string | undefined;
  for (const each of all) {
    if (!needed.has(each)) continue;
    const kind = each.tokens.find((token) =>
      /^(fn|struct|const|var|alias|override|enable|requires|diagnostic)$/.test(token),
    );
    // Bodies stand apart; constants and bindings stand together.
    if (before !== undefined && (before !== kind || kind === 'fn' || kind === 'struct')) text += '\n';
    text += formatted(each.tokens);
    before = kind;
  }
  return text;
}

function formatted(tokens: readonly string[]): string {
  const lines: string[] = [];
  let line = '';
  let indent = 0;
  let parentheses = 0;
  let templates = 0;
  const isStruct = tokens.includes('struct') && !tokens.includes('fn');
  const end = () => {
    if (line.trim() !== '') lines.push('  '.repeat(indent) + line.trim());
    line = '';
  };
  for (const [at, token] of tokens.entries()) {
    const before = tokens[at - 1] ?? '';
    const next = tokens[at + 1] ?? '';
    if (token === '{') {
      line = `${line.trimEnd()} {`;
      end();
      indent++;
    } else if (token === '}') {
      end();
      indent--;
      line = '}';
      if (next === 'else') line += ' ';
      else end();
    } else if (token === ';') {
      line = `${line.trimEnd()};`;
      if (parentheses > 0) line += ' ';
      else end();
    } else if (token === ',' && /^[)\]]$/.test(next)) {
      // a comma before a bracket means nothing
    } else if (token === ',') {
      line += ', ';
      if (isStruct && parentheses === 0 && templates === 0) end();
    } else if (token === '<' && TEMPLATES.test(before)) {
      templates++;
      line += '<';
    } else if (templates > 0 && /^>+$/.test(token)) {
      templates -= token.length;
      line += token;
      if (isName(next)) line += ' ';
    } else if (token === '(' || token === '[') {
      parentheses++;
      if (WORDS.test(before)) line = `${line.trimEnd()} `;
      line += token;
    } else if (token === ')' || token === ']') {
      parentheses--;
      line = line.trimEnd() + token;
      if (isName(next) || next === '@') line += ' ';
    } else if (token === ':') line = `${line.trimEnd()}: `;
    else if (token === '.' || token === '@' || token === '~' || token === '++' || token === '--')
      line += token;
    else if (token === '!' || (/^[-&*]$/.test(token) && isUnary(before))) line += token;
    else if (OPERATORS.test(token)) line = `${line.trimEnd()} ${token} `;
    else {
      line += token;
      // Two names in a row, and what an attribute is put before.
      if (
        isName(token) &&
        (isName(next) || /^[\d@]/.test(next) || (WORDS.test(token) && !/^[;(<]/.test(next)))
      )
        line += ' ';
    }
  }
  end();
  return `${lines.join('\n')}\n`;
}

const isUnary = (before: string): boolean =>
  before === '' ||
  before === '(' ||
  before === '[' ||
  before === ',' ||
  before === 'return' ||
  OPERATORS.test(before);
