// The page stays free: the worker has a device of its own, and tells how it gets on.
const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
const show = (id, value) => {
  document.getElementById(id).value = value;
};
worker.addEventListener('message', ({ data }) => {
  if (data.error) show('loss', data.error);
  if (data.loss !== undefined) show('loss', data.loss);
  if (data.product !== undefined) show('product', data.product);
});
const x = Array.from({ length: 200 }, (_, i) => [1 + (i % 14) / 14, 1 + (i % 15) / 15]);
worker.postMessage({ x, y: x.map(([a, b]) => [a * b]), ask: [[12, 34]] });
