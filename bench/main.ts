/** `npm run bench`: this package against TensorFlow.js and jax-js, all in one page of headless Chrome. See NOTES.md. */

import { openBrowser } from './chrome.ts';
import { bench, versionsOf } from './output.ts';

await bench(async ({ threads }, onProgress) => {
  const browser = await openBrowser(threads, onProgress);
  const packages = await versionsOf(['@tensorflow/tfjs-core', '@jax-js/jax']);
  return { ...browser, versions: { chrome: browser.version, ...packages } };
});
