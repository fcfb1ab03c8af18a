/** What is used of jstat, which comes without types. */
declare module 'jstat' {
  interface Distribution<Parameters extends number[]> {
    /** The value below which the share `p` lies. */
    inv(p: number, ...parameters: Parameters): number;
  }
  const jstat: {
    readonly normal: Distribution<[mean: number, sd: number]>;
    readonly studentt: Distribution<[freedom: number]>;
    readonly chisquare: Distribution<[freedom: number]>;
    gammaln(x: number): number;
    mean(values: readonly number[]): number;
    median(values: readonly number[]): number;
    /** With `sample`, divides by n − 1. */
    stdev(values: readonly number[], sample: boolean): number;
  };
  export default jstat;
}
