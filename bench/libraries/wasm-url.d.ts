/** Vite's way to the address of a file that it copies. */
declare module '*.wasm?url' {
  const address: string;
  export default address;
}
