import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { KernelText } from '../../src/cli/kernels.ts';
import { nodeGpu } from '../../src/node/dawn.ts';
import { nalu, onlyJson } from '../support/command.ts';

const software = { NALU_ADAPTER: 'software' };

describe('nalu info --kernel', () => {
  it('prints what is compiled, which compiles, too, without what is left out', async () => {
    const { kernels } = onlyJson<{ kernels: KernelText[] }>(
      await nalu(['info', '--kernel', 'NAU -> NMU 3->2->1', '--json'], software),
    );
    const labels = kernels.map(({ engine, label }) => `${engine}: ${label}`);
    for (const label of ['ensemble: ensemble of 3→2, 2→1', 'layered: forward 2→1 (loss)', 'layered: tick']) {
      expect(labels).toContain(label);
    }
    const { gpu } = await nodeGpu({ adapter: 'software' });
    const adapter = (await gpu.requestAdapter()) as GPUAdapter;
    const requiredFeatures = [...adapter.features].filter((name) => name === 'subgroups') as GPUFeatureName[];
    const device = await adapter.requestDevice({ requiredFeatures });
    for (const { code, label } of kernels) {
      const { messages } = await device.createShaderModule({ code }).getCompilationInfo();
      expect(messages.map(({ message, lineNum }) => `${label}, line ${lineNum}: ${message}`)).toEqual([]);
    }
    device.destroy();
  });

  it('prints the kernel that docs/kernel.md walks through', async () => {
    const { code, stdout } = await nalu(['info', '--kernel', 'NALU 2->1'], software);
    expect(code).toBe(0);
    const flat = (text: string) => text.replace(/\s+/g, ' ').trim();
    const document = readFileSync(join(import.meta.dirname, '../../docs/kernel.md'), 'utf8');
    const blocks = [...document.matchAll(/```wgsl\n([\s\S]*?)```/g)].map(([, text]) => text as string);
    expect(blocks.length).toBeGreaterThan(5);
    // Lanes and subgroups are those of the software adapter; `…` stands for what is left out.
    for (const part of blocks.flatMap((block) => block.split('…')))
      expect(flat(stdout)).toContain(flat(part));
  });

  it('says what is wrong with a model', async () => {
    const finished = await nalu(['info', '--kernel', 'NALU'], software);
    expect(finished).toMatchObject({ code: 2, stdout: '' });
    expect(finished.stderr).toContain('such as "NALU 2->1"');
  });
});
