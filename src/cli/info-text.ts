/** The text of `nalu info`. */

import { type AdapterFacts, describeAdapter } from '../index.ts';
import { count, labelled, table } from './text.ts';
import { type UnitInfo, unitDetails, unitNames } from './units-text.ts';

/** The JSON of `nalu info --json`. */
export interface Info {
  version: string;
  runtime: string;
  webgpu: string;
  versions: Readonly<Record<string, string>>;
  adapter: AdapterFacts;
  units: UnitInfo[];
}

/** The limits that decide what fits, and what each decides. */
const importantLimits: readonly [name: string, meaning: string, bytes?: true][] = [
  ['maxBufferSize', 'largest buffer', true],
  ['maxStorageBufferBindingSize', 'largest buffer in one kernel', true],
  ['maxStorageBuffersPerShaderStage', 'buffers in one kernel'],
  ['maxComputeWorkgroupStorageSize', 'memory shared by a workgroup', true],
  ['maxComputeInvocationsPerWorkgroup', 'threads in a workgroup'],
  ['maxComputeWorkgroupsPerDimension', 'workgroups in a row'],
];

const names: Readonly<Record<string, string>> = { node: 'Node', chrome: 'Chrome', dawn: 'webgpu (Dawn)' };

/** Column in which values stand beside their labels. */
const INDENT = 10;

/** Everything a person wants to see, in at most 80 columns; with `details`, all about the units in place of their names. */
export function infoText(info: Info, { details = false } = {}): string {
  const { adapter } = info;
  const versions = Object.entries(info.versions).map(
    ([name, version]) => `${names[name] ?? name} ${version}`,
  );
  const limits = importantLimits.map(([name, meaning, bytes]) => {
    const value = adapter.limits[name];
    const text = value === undefined ? 'unknown' : bytes ? bytesText(value) : count(value);
    return [name, text, meaning] as const;
  });
  return [
    `nalu-webgpu ${info.version}`,
    '',
    ...labelled('Adapter', describeAdapter(adapter), INDENT),
    ...labelled('', identity(adapter), INDENT),
    ...labelled('WebGPU', info.webgpu, INDENT),
    ...labelled('Versions', versions.join(', '), INDENT),
    ...labelled('Features', adapter.features.join(', ') || 'none', INDENT),
    '',
    'Limits (--json shows all)',
    ...limitTable(limits),
    '',
    ...(details
      ? ['Units', ...unitDetails(info.units)]
      : ['Units, by the operations one layer can learn (--units shows more)', ...unitNames(info.units)]),
    '',
  ].join('\n');
}

function identity({ vendor, architecture, device }: AdapterFacts): string {
  const parts = { vendor, architecture, device };
  const known = Object.entries(parts).filter(([, value]) => value);
  return known.map(([name, value]) => `${name} ${value}`).join(', ') || 'vendor and device are unknown';
}

/** Names and meanings aligned to the left, values to the right. */
function limitTable(limits: readonly (readonly [name: string, value: string, meaning: string])[]): string[] {
  const widest = Math.max(...limits.map(([name]) => name.length));
  const rows = limits.map(([name, value]) => [name.padEnd(widest), value]);
  return table(rows).map((row, at) => `${row}  ${limits[at]?.[2]}`);
}

function bytesText(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  for (; value >= 1024 && unit < units.length - 1; unit++) value /= 1024;
  return `${Number.isInteger(value) ? value : value.toFixed(1)} ${units[unit]}`;
}
