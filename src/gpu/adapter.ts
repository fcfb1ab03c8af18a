/** What is known of an adapter: its names, whether it is software, its limits and features. */

import { checkArguments } from '../options/check.ts';
import { having } from '../options/kinds.ts';

/** Names of an adapter, whether it is software, its limits and features. */
export interface AdapterFacts {
  readonly vendor: string;
  readonly architecture: string;
  readonly device: string;
  readonly description: string;
  /** True for adapters that run on the CPU (SwiftShader, lavapipe, WARP). */
  readonly software: boolean;
  /** Least and greatest number of threads in a subgroup; 0 where the adapter does not say. */
  readonly subgroupMinSize: number;
  readonly subgroupMaxSize: number;
  readonly features: readonly string[];
  /** Limits the adapter offers, by WebGPU's names. */
  readonly limits: Readonly<Record<string, number>>;
}

const softwareNames = /swiftshader|llvmpipe|lavapipe|softpipe|basic render|\bwarp\b/i;

type Info = Partial<
  Pick<GPUAdapterInfo, 'vendor' | 'architecture' | 'device' | 'description'> & {
    readonly isFallbackAdapter: boolean;
    readonly subgroupMinSize: number;
    readonly subgroupMaxSize: number;
  }
>;

type Offer = Pick<GPUAdapter, 'limits' | 'features'>;

// The first browsers with WebGPU have no `info`, and each of them fills in a part of it.
export const adapterFacts = (adapter: GPUAdapter): AdapterFacts =>
  factsOf(adapter, (adapter as { info?: Info }).info ?? {});

/** What a device says of the adapter it came from: its names, and the limits and features of the device itself. */
export const deviceFacts = (device: GPUDevice): AdapterFacts =>
  factsOf(device, (device as { adapterInfo?: Info }).adapterInfo ?? {});

function factsOf(offer: Offer, info: Info): AdapterFacts {
  const { vendor = '', architecture = '', device = '', description = '' } = info;
  const fallback = info.isFallbackAdapter === true;
  const limits: Record<string, number> = {};
  for (const name in offer.limits) {
    const value = (offer.limits as unknown as Record<string, unknown>)[name];
    if (typeof value === 'number') limits[name] = value;
  }
  return {
    vendor,
    architecture,
    device,
    // Some drivers give theirs in lines.
    description: description.replace(/\s+/g, ' ').trim(),
    software: fallback || softwareNames.test(`${vendor} ${architecture} ${device} ${description}`),
    subgroupMinSize: info.subgroupMinSize ?? 0,
    subgroupMaxSize: info.subgroupMaxSize ?? 0,
    features: [...offer.features].sort(),
    limits,
  };
}

const factsKind = having<AdapterFacts>(
  'facts of an adapter, as gpu.adapter has them',
  'vendor',
  'description',
  'software',
);

/** One line for people: the adapter's name, and plainly when it is software. */
export function describeAdapter(facts: AdapterFacts): string {
  checkArguments('describeAdapter()', { facts }, { facts: factsKind });
  const name =
    facts.description || [facts.vendor, facts.architecture, facts.device].filter(Boolean).join(' ');
  return facts.software ? `${name || 'unnamed'} (software: runs on the CPU)` : name || 'unnamed adapter';
}
