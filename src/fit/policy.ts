/** Every threshold by which a formula is believed or refused, with its reason. */

export const policy = {
  /**
   * A root mean square error this small, relative to the target and to its spread, is exact. Float64 has 1e-16; a formula that only
   * comes near a smooth law reaches 1e-6. What tables with six digits leave is judged as noise.
   */
  exact: 1e-9,
  /** The same where the target varies by so little of its size that float64 has no more digits for it. */
  rounding: 4e-15,
  /** Fewer rows than this tell nothing apart. */
  leastRows: 8,
  /** Rows held out below which they prove nothing; smaller tables are tested by leaving out a fifth of them at a time. */
  leastHeldOut: 5,
  /** Tables of fewer rows are always tested by leaving out parts: a quarter of them, farther out, would be too few. */
  smallTable: 40,
  /** Parts that are left out one after the other (Stone, 1974; five are usual). */
  folds: 5,
  /**
   * What a formula may leave of the rows held out, as a root of mean squares, relative to the spread of the target and to the size that it has
   * there: with more, it says less than half of what there is to say.
   */
  mostUnexplained: 0.5,
  /** How many times larger than inside what is left may be outside at most; less where there are rows enough to say so. */
  mostGrowth: 2,
  /**
   * The same of what is predicted outside from the rows inside alone, where those leave the constants open: a formula that says so little
   * there was not tested.
   */
  mostExtrapolated: 4,
  /** Variance of a mean of squares, relative to that of normal noise, that noise in tables may have: half as much again. */
  tails: 1.5,
  /**
   * Rows of the part that a formula was fitted to, for each constant that had to be found, where there is noise: ten is the
   * rule of thumb of regression (Harrell, 2001).
   */
  rowsPerConstant: 8,
  /**
   * Constants of a formula that leaves noise: what needs more bends with the data. A law with more can be told from that only
   * where it is exact.
   */
  mostConstants: 6,
  /** Highest power of a sum in a formula that leaves noise: (1 − u)^9 is an exponential, and higher ones hardly stand in laws. */
  highestPower: 3,
  /**
   * The same of a function, which is whole there, or a root: cos(u)^12 is a bell and tanh(u)^0.3 a step of any width, which fit many
   * things, and sin(u)² stands in laws.
   */
  highestPowerOfFunction: 2,
  /** The same of a column: the repulsion of Lennard-Jones has the highest that is well known. With exp, higher ones bend to many curves. */
  highestPowerOfColumn: 12,
  /**
   * Evidence against a straight line and a network, in nats: n/2 · log of the ratio of the mean squares; and what a formula must save
   * of the length of the target beyond its own (see evidence.ts). 5 nats is strong evidence on the scale of Kass and Raftery (1995).
   */
  evidence: 5,
  /**
   * Another formula about as likely (by less than that evidence) says something else where it differs, in ranges twice as wide, by this
   * share of what is left inside: then both may be wrong, as two curves through the same rows.
   */
  rival: 0.5,
  /** What is left may be predicted from neighbouring rows by chance in one of so many tables. */
  chance: 100,
  /** Share of what is left that a smooth curve through it must predict before it is called a law that was missed. */
  smooth: 0.08,
  /** What is left may go with a part of the formula, as a smooth curve, by chance in one of so many tables. */
  trendChance: 10_000,
  /** Rows that may be set aside because they fit nothing: at most this share of the table, or one. */
  mostSetAside: 0.02,
  /**
   * What a first, rough fit may leave, as a median relative to that of the target's deviations, if rows are to be called far off by
   * it: with more it is the fit that is wrong.
   */
  nearlyAll: 0.05,
  /** How many times the median residual such a row must be off. */
  farOff: 12,
} as const;
