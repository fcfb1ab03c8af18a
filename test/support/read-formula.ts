/**
 * Computes printed formulas without the printers' code: a reader of the common grammar of text, JavaScript, Python and SymPy
 * by precedence climbing, and translations of LaTeX and MathML into it.
 */

const functions: Readonly<Record<string, (a: number, b: number) => number>> = {
  abs: Math.abs,
  sign: Math.sign,
  sqrt: Math.sqrt,
  exp: Math.exp,
  log: Math.log,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  arcsin: Math.asin,
  arccos: Math.acos,
  arctan: Math.atan,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  floor: Math.floor,
  min: Math.min,
  max: Math.max,
  minimum: Math.min,
  maximum: Math.max,
};
const TOKEN = /\s*(?:(\d+\.?\d*(?:e[+-]?\d+)?)|((?:np\.|Math\.)?[A-Za-z_]\w*)|(\*\*|[-+*/^(),]))/y;

/** The value of `text` where the variables have these values. */
export function computeText(text: string, values: Readonly<Record<string, number>>): number {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (!match) throw new Error(`cannot read '${text.slice(at)}' in '${text}'`);
    tokens.push(match[0].trim());
  }
  let at = 0;
  const take = (token: string): boolean => {
    if (tokens[at] !== token) return false;
    at += 1;
    return true;
  };
  const need = (token: string): void => {
    if (!take(token)) throw new Error(`expected ${token} at ${tokens.slice(at).join(' ')} in '${text}'`);
  };
  const sum = (): number => {
    let value = term();
    for (;;) {
      if (take('+')) value += term();
      else if (take('-')) value -= term();
      else return value;
    }
  };
  const term = (): number => {
    let value = signed();
    for (;;) {
      if (take('*')) value *= signed();
      else if (take('/')) value /= signed();
      else return value;
    }
  };
  const signed = (): number => (take('-') ? -signed() : power());
  const power = (): number => {
    const base = atom();
    return take('^') || take('**') ? base ** signed() : base;
  };
  const atom = (): number => {
    if (take('(')) {
      const value = sum();
      need(')');
      return value;
    }
    const token = tokens[at++] ?? '';
    if (/^\d/.test(token)) return Number(token);
    const name = token.replace(/^(np|Math)\./, '');
    if (name.toLowerCase() === 'pi') return Math.PI;
    if (!take('(')) {
      if (!(name in values)) throw new Error(`what is '${token}' in '${text}'?`);
      return values[name] as number;
    }
    const args = [sum()];
    while (take(',')) args.push(sum());
    need(')');
    const f = functions[name.toLowerCase()];
    if (!f) throw new Error(`what is ${token}(…) in '${text}'?`);
    return f(args[0] as number, args[1] as number);
  };
  const value = sum();
  if (at < tokens.length) throw new Error(`something is left: ${tokens.slice(at).join(' ')} in '${text}'`);
  return value;
}

/** LaTeX as the printers write it, in the grammar of `computeText`; x_{1} becomes x1. */
export function fromLatex(text: string): string {
  let at = 0;
  const group = (): string => {
    at += 1;
    const inner = until('}');
    at += 1;
    return inner;
  };
  const words: Readonly<Record<string, () => string>> = {
    '\\frac': () => `((${group()})/(${group()}))`,
    '\\sqrt': () => `sqrt(${group()})`,
    '\\cdot': () => '*',
    '\\pi': () => 'pi',
    '\\operatorname': () => (group() === 'sgn' ? 'sign' : 'unknown'),
    '\\mathrm': () => group(),
    '\\left(': () => '(',
    '\\right)': () => ')',
    '\\left|': () => 'abs(',
    '\\right|': () => ')',
    '\\left\\lfloor ': () => 'floor(',
    '\\right\\rfloor': () => ')',
    '^': () => `^(${group()})`,
    _: () => group(),
  };
  const until = (end: string): string => {
    let out = '';
    while (at < text.length && text[at] !== end) {
      const rest = text.slice(at);
      const word = Object.keys(words).find((key) => rest.startsWith(key));
      const name = /^\\(exp|log|arcsin|arccos|arctan|sinh|cosh|tanh|sin|cos|tan|min|max)/.exec(rest);
      if (word) {
        at += word.length;
        out += words[word]?.();
      } else if (name) {
        at += name[0].length;
        out += name[1];
      } else {
        out += text[at];
        at += 1;
      }
    }
    return out;
  };
  return until('\n');
}

/** What MathML shows, as text: rows side by side as they stand, so that missing brackets are missed. */
export function fromMathml(markup: string): string {
  const parts = [...markup.matchAll(/<(\/?)(m\w+)>|([^<]+)/g)];
  let at = 0;
  const node = (): string => {
    const [, , tag] = parts[at] ?? [];
    at += 1;
    const inner: string[] = [];
    while (parts[at]?.[1] !== '/') {
      const text = parts[at]?.[3];
      if (text !== undefined) at += 1;
      inner.push(text ?? node());
    }
    if (parts[at]?.[2] !== tag) throw new Error(`</${tag}> is missing in '${markup}'`);
    at += 1;
    return shownBy(tag as string, inner);
  };
  const shown = node();
  if (at !== parts.length) throw new Error(`more than one element: '${markup}'`);
  return shown;
}

function shownBy(tag: string, inner: readonly string[]): string {
  const [first = '', second = ''] = inner;
  if (['mfrac', 'msup', 'msub'].includes(tag) && inner.length !== 2) throw new Error(`<${tag}> has ${inner}`);
  switch (tag) {
    case 'mi':
    case 'mn':
    case 'mo':
      return (
        ({ '·': '*', '−': '-', π: String(Math.PI), sgn: 'sign' } as Record<string, string>)[first] ?? first
      );
    case 'mrow':
      return first === '|' && inner.at(-1) === '|' ? `abs(${inner.slice(1, -1).join(' ')})` : inner.join(' ');
    case 'msqrt':
      return `sqrt(${inner.join(' ')})`;
    case 'msub':
      return first + second;
    case 'msup':
      return `${first} ^ (${second})`;
    case 'mfrac':
      return `((${first}) / (${second}))`;
    default:
      throw new Error(`unknown element <${tag}>`);
  }
}
