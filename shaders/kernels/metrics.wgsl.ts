/**
 * How well outputs fit their targets: of each workgroup a sum of the loss, of squared and absolute errors over all elements, and of
 * what was classified right, in a fixed order. A thread has a row at a time.
 */
import { declare, type KernelSource, read, uniform, write } from '../bindings.ts';
import { derivatives } from '../derivatives.wgsl.ts';
import { type LossPart, rowScale } from '../loss.ts';
import { math } from '../math.wgsl.ts';
import { struct } from '../struct.ts';
import { wgsl } from '../wgsl.ts';

const SIZE = 64;
const MOST_GROUPS = 64;

export const MetricsInfo = struct('MetricsInfo', { rows: 'u32' });

/** Workgroups over `rows` rows. */
export const metricsGroups = (rows: number): number => Math.min(MOST_GROUPS, Math.ceil(rows / SIZE));

/** Sums of a workgroup: the loss, squared errors, absolute errors, and what is right. */
export const METRICS = 4;

/**
 * What counts as right: `row`, a row whose largest output is its largest target, the first of equal ones; `element`, an output above
 * 0, a logit, whose target is above ½, or neither.
 */
export type Classified = 'row' | 'element';

export function metrics(outputs: number, loss: LossPart, classified: Classified | undefined): KernelSource {
  const bindings = {
    info: uniform('MetricsInfo'),
    y: read(),
    targets: read(),
    ...(loss.weighted ? { sample_weights: read() } : {}),
    sums: write('array<vec4f>'),
  };
  const whole = loss.perRow ? ', whole' : '';
  const code = wgsl`
${math}
${derivatives}
${loss.text}
${MetricsInfo.wgsl}
${declare(bindings)}
var<workgroup> shared_sums: array<vec4f, ${SIZE}>;

@compute @workgroup_size(${SIZE})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) grid: vec3u, @builtin(local_invocation_index) lane: u32) {
  var total = vec4f();
  for (var row = group.x * ${SIZE}u + lane; row < info.rows; row += grid.x * ${SIZE}u) {
    let first = row * ${outputs}u;
    let end = first + ${outputs}u;
    var here = vec4f();
#if ${loss.perRow}
    var whole = loss_row();
    for (var at = first; at < end; at++) { whole = loss_row_add(whole, y[at], targets[at]); }
#endif
    var largest = first;
    var wanted = first;
    for (var at = first; at < end; at++) {
      let error = y[at] - targets[at];
      here += vec4f(loss_loss(y[at], targets[at]${whole}), error * error, abs(error), 0.0);
#if ${classified === 'element'}
      here.w += select(0.0, 1.0, (y[at] > 0.0) == (targets[at] > 0.5));
#elif ${classified === 'row'}
      if (y[at] > y[largest]) { largest = at; }
      if (targets[at] > targets[wanted]) { wanted = at; }
#endif
    }
#if ${classified === 'row'}
    here.w = select(0.0, 1.0, largest == wanted);
#endif
    here.x = ${rowScale('here.x', loss, 'row')};
    total += here;
  }
  shared_sums[lane] = total;
  workgroupBarrier();
  if (lane == 0u) {
    for (var other = 1u; other < ${SIZE}u; other++) { total += shared_sums[other]; }
    sums[group.x] = total;
  }
}
`;
  return { label: `metrics of ${outputs}`, code, bindings };
}
