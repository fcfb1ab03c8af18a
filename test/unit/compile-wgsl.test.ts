/** What is published has other text than the sources, but the same WGSL. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runnerImport } from 'vite';
import { describe, expect, it } from 'vitest';
import { compileWgsl, wgslCompiler } from '../../tools/compile-wgsl.ts';
import { squeeze } from '../../tools/squeeze-wgsl.ts';
import { kernelTexts } from '../support/kernel-texts.ts';

/** The longest operator first, as WGSL is read. */
const TOKEN = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|\s+|[\w.]*\w|<<=|>>=|->|--|\+\+|&&|\|\||<<|>>|[-+*/%&|^<>=!]=|./g;
const tokens = (text: string): string =>
  (text.match(TOKEN) ?? []).filter((token) => !/^(\s|\/[/*])/.test(token)).join(' ');

describe('squeeze', () => {
  it.each([
    ['let x = a - b; // the difference\n  let y = x;', 'let x=a-b;let y=x;'],
    ['fn f( a : f32 ) -> f32 {\n  return a / 2.0;\n}\n', 'fn f(a:f32)->f32{return a/2.0;}\n'],
    ['a - -b', 'a- -b'],
    ['if (a < b && c > -1) { x /= /* here */ 2; }', 'if(a<b&&c> -1){x/=2;}'],
    ['let a = \ue0000\ue001 ;\n\ue0001\ue001\nlet b = 1;', 'let a= \ue0000\ue001;\ue0001\ue001\nlet b=1;'],
    ['x - \ue0000\ue001 - y', 'x- \ue0000\ue001 -y'],
  ])('%j', (text, squeezed) => {
    expect(squeeze(text)).toBe(squeezed);
  });
});

describe('compileWgsl', () => {
  const compile = (code: string, path = '/shaders/a.wgsl.ts') => compileWgsl(code, path);

  it('makes conditions of directives and leaves lines where they are', () => {
    const code = `const f = (a, b) => wgsl\`\n#if \${a}\n  one \${b}\n#elif \${b}\n  two\n#else\n  three\n#endif\n\`;\nconst g = 1;`;
    const compiled = compile(code);
    expect(compiled).not.toContain('wgsl');
    const f = new Function(`${compiled}; return f;`)() as (a: unknown, b: unknown) => string;
    expect([f(true, 5), f(false, true), f(false, false)].map((text) => text.trim())).toEqual([
      'one 5',
      'two',
      'three',
    ]);
    expect(compiled.split('\n').indexOf('const g = 1;')).toBe(9);
  });

  it('leaves messages and labels alone', () => {
    const code = `function f(a) { throw new Error(\`no  \${a} ( or so )\`); }\nconst s = { label: \`a ( b )\`, code: \`a ( b )\` };`;
    expect(compile(code)).toBe(code.replace('code: `a ( b )`', 'code: `a(b)`'));
  });

  it('marks what is called at the top level', () => {
    expect(compile('const a = f(g());\nconst h = () => f();\nregister(a);', '/src/units/a.ts')).toBe(
      'const a = /* @__PURE__ */ f(/* @__PURE__ */ g());\nconst h = () => f();\nregister(a);',
    );
  });

  it('refuses a directive it does not understand', () => {
    expect(() => compile(`const f = (a) => wgsl\`\n#if \${a}\n\`;`)).toThrow(/left over/);
  });

  it('changes no token of any kernel', async () => {
    const path = join(import.meta.dirname, '../support/kernel-texts.ts');
    const { module } = await runnerImport<{ kernelTexts: typeof kernelTexts }>(path, {
      configFile: false,
      logLevel: 'error',
      plugins: [wgslCompiler()],
    });
    const written = kernelTexts();
    const compiled = module.kernelTexts();
    expect(Object.keys(compiled)).toEqual(Object.keys(written));
    expect(Object.keys(written).length).toBeGreaterThan(150);
    for (const [name, text] of Object.entries(written)) {
      expect(tokens(compiled[name] as string), name).toBe(tokens(text));
    }
    const length = (texts: Record<string, string>) => Object.values(texts).join('').length;
    expect(length(compiled)).toBeLessThan(0.9 * length(written));
  });

  it('keeps the lines of every module it compiles', () => {
    for (const name of ['kernels/ensemble-train.wgsl.ts', 'units/nalu.wgsl.ts', 'math.wgsl.ts']) {
      const path = join(import.meta.dirname, '../../shaders', name);
      const code = readFileSync(path, 'utf8');
      expect(compileWgsl(code, path).split('\n').length).toBe(code.split('\n').length);
    }
  });
});
