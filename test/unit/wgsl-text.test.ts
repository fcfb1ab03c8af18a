import { describe, expect, it } from 'vitest';
import { readKernelModel } from '../../src/cli/kernels.ts';
import { readableWgsl } from '../../src/cli/wgsl-text.ts';
import { kernelTexts } from '../support/kernel-texts.ts';

/** Tokens by a way of its own: comments gone, blanks gone, and commas before brackets, which mean nothing. */
const bare = (code: string): string =>
  code
    .replace(/\/\/[^\n]*/g, '')
    .replace(/\s+/g, '')
    .replace(/,(?=[)\]])/g, '');

describe('WGSL for people', () => {
  it('has a statement a line, indented, and nothing that is not used', () => {
    const code = `enable subgroups;// a comment
const USED=1u;const UNUSED=2u;struct S{a:f32,b:array<vec2<f32>,4>,}struct T{a:f32}
@group(0)@binding(0)var<storage,read_write>data:array<f32>;@group(0)@binding(1)var<uniform>other:T;
fn helper(x:f32)->f32{if(x<-1.0f){return -x;}else{return x*-2.0f;}}fn unused()->f32{return helper(1.0f);}
@compute@workgroup_size(4)fn main(@builtin(local_invocation_index)i:u32){for(var n=i;n<USED;n+=4u){data[n]=helper(data[n]>>1u);}
let s=S(bitcast<f32>(i),array<vec2<f32>,4>());var<workgroup>;let m=!(a&&b)||c<=d;n++;}`;
    expect(readableWgsl(code)).toBe(`enable subgroups;

const USED = 1u;

struct S {
  a: f32,
  b: array<vec2<f32>, 4>,
}

@group(0) @binding(0) var<storage, read_write> data: array<f32>;

fn helper(x: f32) -> f32 {
  if (x < -1.0f) {
    return -x;
  } else {
    return x * -2.0f;
  }
}

@compute @workgroup_size(4) fn main(@builtin(local_invocation_index) i: u32) {
  for (var n = i; n < USED; n += 4u) {
    data[n] = helper(data[n] >> 1u);
  }
  let s = S(bitcast<f32>(i), array<vec2<f32>, 4>());
  var<workgroup>;
  let m = !(a && b) || c <= d;
  n++;
}
`);
  });

  it('is the kernel, to the token, and reads the same again', () => {
    let lines = 0;
    const kernels = Object.entries(kernelTexts()).filter(([, code]) => code.includes('@compute'));
    // Every third: all kinds of kernels, of all kinds of units.
    for (const [name, code] of kernels.filter((_, at) => at % 3 === 0)) {
      const text = readableWgsl(code);
      expect(readableWgsl(text), name).toBe(text);
      const main = /@compute[\s\S]*/.exec(text)?.[0] as string;
      expect(bare(code), name).toContain(bare(main));
      for (const line of text.split('\n')) {
        expect(line, name).not.toMatch(/\s$|\S {2}|\(\s|\s\)|\s[;,]|^ (?! )/);
        lines++;
      }
    }
    expect(lines).toBeGreaterThan(2000);
  });

  it('is of the model that is asked for', () => {
    const named = (text: string) => {
      const { inputs, layers } = readKernelModel(text);
      return [inputs, ...layers.map(({ unit, outputs }) => [(unit as { name: string }).name, outputs])];
    };
    expect(named('NALU 2->1')).toEqual([2, ['NALU', 1]]);
    expect(named('NAU → NMU 3 → 2 → 1')).toEqual([3, ['NAU', 2], ['NMU', 1]]);
    expect(named('NAC* 4->2->1')).toEqual([4, ['NAC•', 2], ['NAC•', 1]]);
    expect(named('NALU untied 2->1')).toEqual([2, ['NALU untied', 1]]);
    for (const wrong of [
      'NALU',
      '2->1',
      'NALU 2',
      'NAU -> NMU 2->1',
      'NALU 0->1',
      'NAU -> NMU -> NAU 3->2->1',
    ]) {
      expect(() => readKernelModel(wrong), wrong).toThrow('it must be units and the width of every layer');
    }
    expect(() => readKernelModel('NALOO 2->1')).toThrow(/NALOO/);
  });
});
