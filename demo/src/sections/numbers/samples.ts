/** Tables to try before one has a table at hand: two laws, one measured badly with columns that do not matter, and none. */

interface Sample {
  /** In the list of tables. */
  readonly label: string;
  /** What it is, in a sentence. */
  readonly about: string;
  readonly names: readonly string[];
  readonly row: (random: Random) => readonly string[];
}

/** Uniform and standard normal numbers. */
interface Random {
  uniform(low: number, high: number): number;
  normal(): number;
}

const samples = {
  energy: {
    label: 'kinetic energy',
    about: 'Energies of moving things, by their mass in kilograms and their velocity in meters per second.',
    names: ['mass', 'velocity', 'energy'],
    row(random) {
      const [mass, velocity] = [random.uniform(0.2, 90).toFixed(2), random.uniform(0.5, 30).toFixed(1)];
      return [mass, velocity, exactly(0.5 * Number(mass) * Number(velocity) ** 2)];
    },
  },
  gas: {
    label: 'ideal gas',
    about:
      'Pressures of a gas in pascals, by its amount in moles, its temperature in kelvins and its volume in liters.',
    names: ['amount', 'temperature', 'volume', 'pressure'],
    row(random) {
      const amount = random.uniform(0.1, 8).toFixed(2);
      const temperature = random.uniform(210, 480).toFixed(0);
      const volume = random.uniform(2, 90).toFixed(1);
      return [
        amount,
        temperature,
        volume,
        exactly((8314 * Number(amount) * Number(temperature)) / Number(volume)),
      ];
    },
  },
  pendulum: {
    label: 'pendulum, timed by hand',
    about:
      'Periods of a pendulum in seconds, with the errors of a stopwatch: by its length in meters, and by two things that may matter or not.',
    names: ['length', 'mass', 'angle', 'period'],
    row(random) {
      const length = random.uniform(0.2, 2.4).toFixed(3);
      const mass = random.uniform(50, 500).toFixed(0);
      const angle = random.uniform(2, 10).toFixed(1);
      const period = 2 * Math.PI * Math.sqrt(Number(length) / 9.81) * (1 + 0.004 * random.normal());
      return [length, mass, angle, period.toFixed(3)];
    },
  },
  random: {
    label: 'no law at all',
    about: 'Four columns of random numbers. A search always finds something; it must not believe it.',
    names: ['a', 'b', 'c', 'y'],
    row(random) {
      const columns = [1, 2, 3].map(() => random.uniform(1, 9).toFixed(2));
      return [...columns, random.uniform(10, 90).toFixed(1)];
    },
  },
} satisfies Record<string, Sample>;

export type SampleName = keyof typeof samples;

export const sampleNames = Object.keys(samples) as SampleName[];

export const sampleFacts: Readonly<Record<SampleName, Pick<Sample, 'label' | 'about'>>> = samples;

const ROWS = 120;

/** The same rows every time, as CSV. */
export function sampleText(name: SampleName): string {
  const { names, row }: Sample = samples[name];
  const random = randomOf(sampleNames.indexOf(name) + 1);
  const rows = Array.from({ length: ROWS }, () => row(random));
  return [names, ...rows].map((cells) => `${cells.join(',')}\n`).join('');
}

/** With as many digits as leave nothing to round. */
const exactly = (value: number): string => String(Number(value.toPrecision(12)));

/** Numbers of a 32-bit counter that is hashed (mulberry32). */
function randomOf(seed: number): Random {
  let counter = seed;
  const next = () => {
    counter = (counter + 0x6d2b79f5) | 0;
    let bits = Math.imul(counter ^ (counter >>> 15), 1 | counter);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    uniform: (low, high) => low + (high - low) * next(),
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
  };
}
