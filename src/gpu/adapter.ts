/** What is known of an adapter: its names, whether it is software, its limits and features. */

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

export function adapterFacts(adapter: GPUAdapter): AdapterFacts {
  const { vendor, architecture, device, description } = adapter.info;
  const more = adapter.info as {
    isFallbackAdapter?: boolean;
    subgroupMinSize?: number;
    subgroupMaxSize?: number;
  };
  const fallback = more.isFallbackAdapter === true;
  const limits: Record<string, number> = {};
  for (const name in adapter.limits) {
    const value = (adapter.limits as unknown as Record<string, unknown>)[name];
    if (typeof value === 'number') limits[name] = value;
  }
  return {
    vendor,
    architecture,
    device,
    description,
    software: fallback || softwareNames.test(`${vendor} ${architecture} ${device} ${description}`),
    subgroupMinSize: more.subgroupMinSize ?? 0,
    subgroupMaxSize: more.subgroupMaxSize ?? 0,
    features: [...adapter.features].sort(),
    limits,
  };
}

/** One line for people: the adapter's name, and plainly when it is software. */
export function describeAdapter(facts: AdapterFacts): string {
  const name =
    facts.description || [facts.vendor, facts.architecture, facts.device].filter(Boolean).join(' ');
  return facts.software ? `${name || 'unnamed'} (software: runs on the CPU)` : name || 'unnamed adapter';
}
