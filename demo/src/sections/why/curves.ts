/** The networks that can be compared: what each is called, in the library and on the page, and how its curve is drawn. */

export interface CurveKind {
  /** On the page. */
  readonly label: string;
  /** In the library: the unit of the hidden layers. */
  readonly unit: string;
}

/** By what stands in the address. Those of the usual choice come first, so that their lines differ most. */
const kinds = {
  tanh: { label: 'tanh', unit: 'Dense tanh' },
  sigmoid: { label: 'sigmoid', unit: 'Dense sigmoid' },
  relu: { label: 'ReLU', unit: 'Dense ReLU' },
  relu6: { label: 'ReLU6', unit: 'Dense ReLU6' },
  none: { label: 'linear', unit: 'Linear' },
  softsign: { label: 'softsign', unit: 'Dense softsign' },
  hardtanh: { label: 'hardtanh', unit: 'Dense hardtanh' },
  elu: { label: 'ELU', unit: 'Dense ELU' },
  selu: { label: 'SELU', unit: 'Dense SELU' },
  softplus: { label: 'softplus', unit: 'Dense softplus' },
  leaky: { label: 'leaky ReLU', unit: 'Dense leaky ReLU' },
  prelu: { label: 'PReLU', unit: 'Dense PReLU' },
  rrelu: { label: 'RReLU', unit: 'Dense RReLU' },
  tanhshrink: { label: 'tanhshrink', unit: 'Dense tanhshrink' },
  softshrink: { label: 'softshrink', unit: 'Dense softshrink' },
  hardshrink: { label: 'hardshrink', unit: 'Dense hardshrink' },
  threshold: { label: 'threshold', unit: 'Dense threshold' },
  nac: { label: 'NAC', unit: 'NAC' },
} as const satisfies Record<string, CurveKind>;

export type CurveName = keyof typeof kinds;

export const curveKinds: Readonly<Record<CurveName, CurveKind>> = kinds;
export const curveNames = Object.keys(kinds) as CurveName[];
export const curveLabels = Object.fromEntries(
  curveNames.map((name) => [name, kinds[name].label]),
) as Readonly<Record<CurveName, string>>;

export const usualCurves: readonly CurveName[] = ['tanh', 'sigmoid', 'relu', 'relu6', 'none', 'nac'];

export interface Look {
  /** Name of its colour in the section's palette. */
  readonly ink: string;
  readonly width: number;
  /** Lengths of dashes and gaps in pixels; none for a line without gaps. */
  readonly dash: readonly number[];
}

const COLORS = 6;
const dashes: readonly (readonly number[])[] = [[], [8, 4], [2, 3], [10, 3, 2, 3], [12, 3, 2, 3, 2, 3]];

/** Always the same for the same network, whichever others are shown. The arithmetic unit stands out. */
export function lookOf(name: CurveName): Look {
  if (name === 'nac') return { ink: 'curve-nac', width: 3, dash: [] };
  const index = curveNames.indexOf(name);
  const dash = dashes[(index + Math.floor(index / COLORS)) % dashes.length] ?? [];
  return { ink: `curve-${index % COLORS}`, width: 1.75, dash };
}
