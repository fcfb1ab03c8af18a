/**
 * The bookkeeping of a training step, in one workgroup: adds the partial losses into the history, counts the step,
 * moves the window of the batch through the shuffled rows, and prepares the optimiser's constants and the strengths of the
 * regularisers for this step.
 */
import { declare, type KernelSource, read, uniform, write } from '../bindings.ts';
import { math } from '../math.wgsl.ts';
import { struct } from '../struct.ts';
import { wgsl } from '../wgsl.ts';

/** Where training stands. `step` counts finished ticks; the batch starts at row `offset` of shuffled epoch `epoch`. */
export const Counter = struct('Counter', { step: 'u32', epoch: 'u32', offset: 'u32' });

export const Schedule = struct('Schedule', {
  /** Partial losses to add. */
  partials: 'u32',
  /** Length of the history and of the learning rates, both rings. */
  capacity: 'u32',
  batch: 'u32',
  rows: 'u32',
  /** Regularisers whose strengths stand behind each learning rate. */
  strengths: 'u32',
});

const SIZE = 64;

/** `optimizer` is the optimiser fragment's text with prefix `opt`; a rate stands before its step's strengths. */
export function tick(optimizer: string): KernelSource {
  const bindings = {
    schedule: uniform('Schedule'),
    hyper: uniform('opt_Hyper'),
    partials: read(),
    rates: read(),
    strengths: write(),
    counter: write('Counter'),
    history: write(),
    step_info: write('opt_Step'),
  };
  const code = wgsl`
${math}
${optimizer}
${Schedule.wgsl}
${Counter.wgsl}
${declare(bindings)}
var<workgroup> shared_sums: array<f32, ${SIZE}>;

@compute @workgroup_size(${SIZE})
fn main(@builtin(local_invocation_index) lane: u32) {
  var total = 0.0;
  for (var part = lane; part < schedule.partials; part += ${SIZE}u) { total += partials[part]; }
  shared_sums[lane] = total;
  workgroupBarrier();
  if (lane == 0u) {
    for (var other = 1u; other < ${SIZE}u; other++) { total += shared_sums[other]; }
    let slot = counter.step % schedule.capacity;
    history[slot] = total;
    counter.step += 1u;
    var offset = counter.offset + schedule.batch;
    if (offset >= schedule.rows) {
      offset -= schedule.rows;
      counter.epoch += 1u;
    }
    counter.offset = offset;
    let rate_at = slot * (1u + schedule.strengths);
    for (var n = 0u; n < schedule.strengths; n++) { strengths[n] = rates[rate_at + 1u + n]; }
    step_info = opt_begin(hyper, rates[rate_at], counter.step);
  }
}
`;
  return { label: 'tick', code, bindings };
}
