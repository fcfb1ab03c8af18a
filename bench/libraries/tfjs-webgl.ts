import '@tensorflow/tfjs-backend-webgl';
import { tfjsContender } from '../contenders/tfjs.ts';
import { loadTfjs } from './tfjs.ts';

/** TensorFlow.js on WebGL. */
export const contender = tfjsContender(loadTfjs(), 'webgl', checkContext);

/** TensorFlow.js only says that it did not start; the browser says why. */
async function checkContext(): Promise<void> {
  const canvas = new OffscreenCanvas(1, 1);
  let reason = 'the browser gives no reason';
  canvas.addEventListener('webglcontextcreationerror', (event) => {
    reason = (event as WebGLContextEvent).statusMessage || reason;
  });
  const context = canvas.getContext('webgl2') ?? canvas.getContext('webgl');
  if (!context) throw new Error(`it gets no WebGL context: ${reason}`);
  context.getExtension('WEBGL_lose_context')?.loseContext();
}
