/** The LaTeX of formulas as a tree of MathML elements, to be shown. It reads what the library prints and no more. */

export interface MathNode {
  readonly tag: 'mrow' | 'mi' | 'mn' | 'mo' | 'mfrac' | 'msqrt' | 'msub' | 'msup';
  readonly children: readonly (MathNode | string)[];
}

const TOKEN =
  /\\left\s*[(|]|\\right\s*[)|]|\\(?:mathrm|operatorname)\{((?:\\.|\{\}|[^{}\\])*)\}|\\[a-z]+|[0-9.]+|\S/gsu;

const operators: Readonly<Record<string, string>> = { '-': '−', '\\cdot': '·' };

/** Throws an Error for what it does not know. */
export function readLatex(text: string): MathNode {
  return new Reader(text).row(() => false);
}

class Reader {
  readonly #tokens: readonly RegExpMatchArray[];
  #at = 0;

  constructor(text: string) {
    this.#tokens = [...text.matchAll(TOKEN)];
  }

  row(ends: (token: string) => boolean): MathNode {
    const children: MathNode[] = [];
    for (let token = this.#next; token !== undefined && !ends(token); token = this.#next) {
      children.push(this.#scripted());
    }
    const [only] = children;
    return only && children.length === 1 ? only : { tag: 'mrow', children };
  }

  get #next(): string | undefined {
    return this.#tokens[this.#at]?.[0];
  }

  #scripted(): MathNode {
    let base = this.#atom();
    while (this.#next === '_' || this.#next === '^') {
      const tag = this.#next === '_' ? 'msub' : 'msup';
      this.#at += 1;
      base = { tag, children: [base, this.#group()] };
    }
    return base;
  }

  #atom(): MathNode {
    const token = this.#tokens[this.#at];
    if (!token) throw new Error('the formula ends too early');
    const [text, name] = token;
    this.#at += 1;
    if (name !== undefined) return this.#called(leaf('mi', plain(name)));
    if (text.startsWith('\\left')) return this.#fenced(text.at(-1) === '|' ? ['|', '|'] : ['(', ')']);
    if (text === '\\frac') return { tag: 'mfrac', children: [this.#group(), this.#group()] };
    if (text === '\\sqrt') return { tag: 'msqrt', children: [this.#group()] };
    if (text === '\\pi') return leaf('mi', 'π');
    if (text in operators) return leaf('mo', operators[text] as string);
    if (/^[-+=,]$/.test(text)) return leaf('mo', text);
    if (/^[0-9.]+$/.test(text)) return leaf('mn', text);
    if (/^\\?\p{L}+$/u.test(text)) return this.#called(leaf('mi', text.replace('\\', '')));
    throw new Error(`the formula has an unknown part: ${text}`);
  }

  /** A function with its arguments: one thing to what follows. */
  #called(name: MathNode): MathNode {
    if (!this.#next?.startsWith('\\left')) return name;
    return { tag: 'mrow', children: [name, this.#atom()] };
  }

  #fenced([open, close]: readonly [string, string]): MathNode {
    const inner = this.row((token) => token.startsWith('\\right'));
    this.#at += 1;
    return { tag: 'mrow', children: [leaf('mo', open), inner, leaf('mo', close)] };
  }

  #group(): MathNode {
    if (this.#next !== '{') throw new Error('the formula lacks a {');
    this.#at += 1;
    const inner = this.row((token) => token === '}');
    this.#at += 1;
    return inner;
  }
}

const leaf = (tag: 'mi' | 'mn' | 'mo', text: string): MathNode => ({ tag, children: [text] });

/** An upright name without the marks that LaTeX needs. */
const plain = (name: string): string =>
  name.replace(/\\(backslash\{\}|.)(?:\{\})?/gs, (_, mark: string) => (mark.length > 1 ? '\\' : mark));
