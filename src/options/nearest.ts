/** The known name that was probably meant. */

/** Names of other libraries that neither spelling nor length brings near. */
const aliases: Readonly<Record<string, readonly string[]>> = {
  lr: ['learningRate'],
  eta: ['learningRate'],
  weightdecay: ['regularizers', 'regularizer'],
  criterion: ['loss'],
  objective: ['loss'],
  clipnorm: ['clipGradientNorm'],
  clipgradnorm: ['clipGradientNorm'],
  globalclipnorm: ['clipGradientNorm'],
  clipvalue: ['clipGradient'],
  clipgradvalue: ['clipGradient'],
  epochs: ['steps'],
  iterations: ['steps', 'epochs'],
  maxiter: ['steps', 'epochs'],
  callbacks: ['onEpoch', 'onProgress', 'onLog'],
  validationdata: ['validation'],
  sampleweight: ['sampleWeights'],
  classweight: ['sampleWeights'],
  freeze: ['trainable'],
  frozen: ['trainable'],
  units: ['outputs'],
};

const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');

/** The nearest of `known` to `name`, if one is near: spelt alike but for case and signs, known by that name elsewhere, a part of it, or a few letters off. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const wanted = plain(name);
  const same = known.find((other) => plain(other) === wanted);
  const alias = Object.hasOwn(aliases, wanted)
    ? aliases[wanted]?.find((other) => known.includes(other))
    : undefined;
  if (same ?? alias) return same ?? alias;
  let best: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const other of known) {
    const text = plain(other);
    const [short, long] = text.length < wanted.length ? [text, wanted] : [wanted, text];
    const within = short.length > 2 && (long.startsWith(short) || long.endsWith(short));
    const off = editDistance(wanted, text);
    // A part of the name is nearer than any other spelling that is not one letter off.
    const cost = within ? Math.min(off, 1 + 1 / short.length) : off;
    if ((within || off <= Math.max(short.length > 2 ? 1 : 0, short.length / 3)) && cost < least)
      [best, least] = [other, cost];
  }
  return best;
}

/** Letters to insert, leave out, replace or swap with their neighbour. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, k) => k);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let k = 1; k <= b.length; k++) {
      const replaced = (row[k - 1] as number) + Number(a[i - 1] !== b[k - 1]);
      const swapped = a[i - 1] === b[k - 2] && a[i - 2] === b[k - 1] ? (before[k - 2] ?? 0) + 1 : replaced;
      next.push(Math.min(replaced, swapped, (row[k] as number) + 1, (next[k - 1] as number) + 1));
    }
    before = row;
    row = next;
  }
  return row[b.length] as number;
}
