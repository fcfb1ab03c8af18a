/**
 * The text of kernels of both engines, by what they do: what `test/unit/compile-wgsl.test.ts` compares. Every unit is there
 * with its own code, and one of each kind with all its kernels.
 */

import type { KernelSource } from '../../shaders/bindings.ts';
import { derivatives } from '../../shaders/derivatives.wgsl.ts';
import { columnSums } from '../../shaders/kernels/column-sums.wgsl.ts';
import { ensembleEvaluate } from '../../shaders/kernels/ensemble-evaluate.wgsl.ts';
import { ensembleTrain } from '../../shaders/kernels/ensemble-train.wgsl.ts';
import { gather } from '../../shaders/kernels/gather.wgsl.ts';
import { layerBackwardInputs } from '../../shaders/kernels/layer-backward-inputs.wgsl.ts';
import { layerBackwardWeights } from '../../shaders/kernels/layer-backward-weights.wgsl.ts';
import { layerDeltas } from '../../shaders/kernels/layer-deltas.wgsl.ts';
import { layerForward } from '../../shaders/kernels/layer-forward.wgsl.ts';
import { layerGroups } from '../../shaders/kernels/layer-groups.wgsl.ts';
import { layerPack } from '../../shaders/kernels/layer-pack.wgsl.ts';
import { layerStep } from '../../shaders/kernels/layer-step.wgsl.ts';
import { metrics } from '../../shaders/kernels/metrics.wgsl.ts';
import { tick } from '../../shaders/kernels/tick.wgsl.ts';
import { math } from '../../shaders/math.wgsl.ts';
import { optimizers } from '../../shaders/optimizers.wgsl.ts';
import { random } from '../../shaders/random.wgsl.ts';
import { softmaxCrossEntropy } from '../../shaders/softmax.wgsl.ts';
import { losses, lossShader } from '../../src/model/losses.ts';
import { findUnit, units } from '../../src/units/registry.ts';
import { unitKinds } from './unit-kinds.ts';

const tiling = { threadRows: 4, threadCols: 4, slices: 2, rowsPerThread: 2, colsPerThread: 2, staged: 8 };
const packedTilings = [
  {
    threadRows: 8,
    threadCols: 8,
    rowsPerThread: 4,
    colsPerThread: 4,
    quartets: 4,
    staged: true,
    quads: false,
  },
  {
    threadRows: 1,
    threadCols: 4,
    rowsPerThread: 16,
    colsPerThread: 4,
    quartets: 1,
    staged: false,
    quads: true,
  },
];

/** Texts by name. What many kernels begin with is there once, unless they are to be `whole`; some use subgroups. */
export function kernelTexts({ whole = false, subgroups = true } = {}): Record<string, string> {
  const texts: Record<string, string> = { math, derivatives, random };
  const add = (name: string, source: KernelSource | null) => {
    if (!source) return;
    const common = whole ? [] : [math, derivatives, random];
    texts[`${name}: ${source.label}`] = common.reduce((text, part) => text.replace(part, ''), source.code);
  };
  for (const [name, loss] of Object.entries(losses)) texts[name] = lossShader(loss).code('p');
  for (const [name, { code }] of Object.entries(optimizers)) texts[name] = code('p');
  const text = lossShader(losses.meanSquared).code('loss');
  const loss = { text, perRow: false, weighted: false };
  const rows = { text: softmaxCrossEntropy.code('loss'), perRow: true, weighted: true };
  const optimizer = optimizers.adam.code('opt');
  add('', gather({ x: 2, targets: 1, sample_weights: 1 }));
  add('', tick(optimizer));
  add('softmax', metrics(3, rows, 'row'));
  add('mean of squares', metrics(3, loss, 'element'));
  for (const { name, shader, options } of units) texts[`${name}: code`] = shader(options).code('p');
  for (const { name, shader, options } of [...unitKinds, findUnit('NALU')]) {
    const unit = shader(options);
    const layer = { unit, inputs: 3, outputs: 2, index: 0, packed: false };
    const results = [
      { kind: 'predict' },
      { kind: 'hidden', noise: true },
      { kind: 'loss', loss, noise: true },
    ] as const;
    for (const result of results) {
      add(name, layerForward(layer, tiling, result));
    }
    add(`${name} not staged`, layerForward(layer, { ...tiling, staged: 0 }, { kind: 'predict' }));
    add(name, layerBackwardInputs(layer, tiling, undefined, false));
    add(`${name} hidden`, layerBackwardInputs(layer, tiling, { ...layer, outputs: 3 }, true));
    add(name, layerBackwardWeights(layer, tiling, true));
    add(name, columnSums(layer));
    for (const part of [loss, rows]) add(name, layerDeltas(layer, { kind: 'loss', loss: part }, true));
    for (const kind of ['fold', 'back'] as const) add(name, layerGroups(layer, kind));
    add(
      name,
      layerStep(layer, { kind: 'update', optimizer, slots: 2, strengthIndex: 0, mean: true, l1: true }),
    );
    add(name, layerStep(layer, { kind: 'whole', base: 3, strengthIndex: 0, mean: true, l1: true }));
    add(name, layerStep(layer, { kind: 'apply', base: 3, optimizer, slots: 2 }));
    if (unit.bilinear && ['NALU', 'NPU'].includes(name)) {
      for (const packed of packedTilings) {
        const wide = { ...layer, inputs: 64, outputs: 67, packed: true };
        add(`${name} ${packed.quads}`, layerForward(wide, packed, { kind: 'loss', loss, noise: true }));
        add(`${name} ${packed.quads}`, layerBackwardWeights(wide, packed, true));
      }
      for (const kind of ['features', 'weights'] as const) add(name, layerPack(layer, kind));
    }
    for (const wide of [1, 129]) {
      const layers = [layer, { unit, inputs: 2, outputs: wide, index: 1, packed: false }];
      const common = { layers, lanes: 4, subgroups: subgroups && wide === 1, slots: 2 };
      const source = { kind: 'data', shuffled: wide === 1 } as const;
      const flags = { means: [true, false], waiting: [false, true], clipsNorm: wide === 1 };
      add(name, ensembleTrain({ ...common, ...flags, batch: 10, source, loss, optimizer }));
      add(name, ensembleEvaluate({ ...common, stops: true }));
    }
  }
  return texts;
}
