import { expect, it } from 'vitest';
import { adapterFacts, describeAdapter } from '../../src/gpu/adapter.ts';

const adapter = (info: unknown) =>
  ({ info, limits: { maxBufferSize: 1 }, features: new Set(['subgroups']) }) as unknown as GPUAdapter;

it('an adapter that says nothing, or little, of itself has facts all the same', () => {
  for (const info of [undefined, {}]) {
    const facts = adapterFacts(adapter(info));
    expect(facts).toMatchObject({ vendor: '', description: '', software: false, subgroupMaxSize: 0 });
    expect(facts.features).toEqual(['subgroups']);
    expect(describeAdapter(facts)).toBe('unnamed adapter');
  }
  const facts = adapterFacts(adapter({ vendor: 'google', architecture: 'swiftshader' }));
  expect(describeAdapter(facts)).toBe('google swiftshader (software: runs on the CPU)');
  const lines = adapterFacts(adapter({ description: 'SwiftShader driver\n5.0.0' }));
  expect(describeAdapter(lines)).toMatch(/^SwiftShader driver 5\.0\.0/);
});
