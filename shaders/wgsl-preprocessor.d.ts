declare module 'wgsl-preprocessor/wgsl-preprocessor.js' {
  /** Template tag: resolves `#if`/`#elif`/`#else`/`#endif`, joins everything else unchanged. */
  export function wgsl(strings: TemplateStringsArray, ...values: readonly unknown[]): string;
}
