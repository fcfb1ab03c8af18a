declare module '*.css';

interface ImportMeta {
  /** By Vite. */
  readonly env: { readonly PROD: boolean };
}
