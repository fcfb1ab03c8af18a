/**
 * Loaded before `nalu` (NODE_OPTIONS=--import), loses its devices: LOSE_DEVICES=300,200 destroys the first device with its
 * 300th submit and the second with its 200th, as a driver does that is reset.
 */

import { globals } from 'webgpu';

const lives = (process.env.LOSE_DEVICES ?? '').split(',').filter(Boolean).map(Number);
const { prototype } = globals.GPUAdapter;
const { requestDevice } = prototype;

prototype.requestDevice = async function request(options) {
  const device = await requestDevice.call(this, options);
  const life = lives.shift();
  if (life === undefined) return device;
  const { queue } = device;
  const submit = queue.submit.bind(queue);
  let submits = 0;
  const dying = (buffers) => {
    submit(buffers);
    submits += 1;
    if (submits === life) device.destroy();
  };
  Object.defineProperty(queue, 'submit', { value: dying, configurable: true });
  Object.defineProperty(device, 'queue', { value: queue, configurable: true });
  return device;
};
