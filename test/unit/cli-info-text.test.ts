import { describe, expect, it } from 'vitest';
import { type Info, infoText } from '../../src/cli/info-text.ts';
import { columns } from '../../src/cli/text.ts';
import { infoOf } from '../../src/cli/units-text.ts';
import { type AdapterFacts, units } from '../../src/index.ts';

const info: Info = {
  version: '1.2.3',
  runtime: 'chrome',
  webgpu: 'HeadlessChrome 147.0.7727.0, out of the npm package @sparticuz/chromium',
  versions: { node: '20.20.2', chrome: '147.0.7727.0' },
  adapter: {
    vendor: 'acme',
    architecture: '',
    device: 'x',
    description: 'Acme X',
    software: false,
    features: Array.from({ length: 30 }, (_, index) => `feature-number-${index}`),
    limits: {
      maxBufferSize: 2 ** 31,
      maxStorageBufferBindingSize: 1.5 * 2 ** 20,
      maxStorageBuffersPerShaderStage: 8,
    },
  } as unknown as AdapterFacts,
  units: units.map(infoOf),
};

describe('the text of nalu info', () => {
  const text = infoText(info);
  const lines = text.split('\n');

  it('fits 80 columns', () => {
    expect(Math.max(...lines.map(columns))).toBeLessThanOrEqual(80);
  });

  it('shows adapter, versions and every feature', () => {
    expect(lines.slice(0, 4)).toEqual([
      'nalu-webgpu 1.2.3',
      '',
      'Adapter   Acme X',
      '          vendor acme, device x',
    ]);
    expect(text).toContain('\nVersions  Node 20.20.2, Chrome 147.0.7727.0\n');
    for (const feature of info.adapter.features) expect(text).toContain(feature);
  });

  it('aligns the limits', () => {
    const start = lines.indexOf('Limits (--json shows all)');
    expect(lines.slice(start + 1, start + 5)).toEqual([
      '  maxBufferSize                        2 GiB  largest buffer',
      '  maxStorageBufferBindingSize        1.5 MiB  largest buffer in one kernel',
      '  maxStorageBuffersPerShaderStage          8  buffers in one kernel',
      '  maxComputeWorkgroupStorageSize     unknown  memory shared by a workgroup',
    ]);
  });

  it('lists the names of the units by the operations they can learn', () => {
    const start = lines.findIndex((line) => line.startsWith('Units'));
    expect(lines.length - start).toBeLessThan(20);
    const listed = lines.slice(start + 1).flatMap((line) => line.slice(22).split(', '));
    const shown = listed.map((name) => name.replace(/,$/, '')).filter(Boolean);
    expect(shown.sort()).toEqual(units.map(({ name }) => name).sort());
    expect(text).toMatch(/\n {2}add, sub, mul, div {2}NALU, /);
  });
});

describe('the text of nalu info --units', () => {
  const text = infoText(info, { details: true });
  const lines = text.split('\n');
  const running = lines.map((line) => line.trim()).join(' ');

  it('shows every unit with formula, paper and initial values, the default marked', () => {
    expect(Math.max(...lines.map(columns))).toBeLessThanOrEqual(80);
    for (const { name, formula, initialization, paper } of units.map(infoOf)) {
      expect(lines).toContain(`  ${name}`);
      expect(running).toContain(formula);
      expect(running).toContain(paper.title);
      expect(running).toContain(paper.arxiv ? `arXiv:${paper.arxiv}` : paper.url);
      expect(text).toContain(`${initialization} (default)`);
    }
    expect(running).toContain('Neural Arithmetic Units (Madsen and Johansen 2020, arXiv:2001.05016)');
    expect(running).toContain('Neural Arithmetic Logic Units (Trask et al. 2018, arXiv:1808.00508)');
  });

  it('breaks a formula inside an equation only where that is too long', () => {
    const [unit] = units.map(infoOf) as [ReturnType<typeof infoOf>];
    const last = `z = ${'b '.repeat(20)}clamp(g, 0, 1)`;
    const formula = `y = ${'x + '.repeat(30)}1, ${last}`;
    const shown = infoText({ ...info, units: [{ ...unit, formula }] }, { details: true }).split('\n');
    expect(Math.max(...shown.map(columns))).toBeLessThanOrEqual(80);
    expect(shown.map((line) => line.trim()).join(' ')).toContain(formula);
    expect(shown).toContain(`    ${last}`);
  });

  it('breaks other formulas only between equations', () => {
    const shown = lines.slice(lines.indexOf('  NALU'));
    expect(shown.find((line) => line.includes('l = Σ'))).toMatch(/z = Σ x G,$/);
  });
});
