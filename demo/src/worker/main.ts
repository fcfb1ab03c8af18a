/** Runs in the worker: owns the device, and one session per experiment. */

import {
  describeAdapter,
  type ExperimentName,
  experiments,
  type Gpu,
  requestGpu,
} from '../../../src/index.ts';
import type { Reply, Request } from '../protocol.ts';
import { Session } from './session.ts';
import { told } from './told.ts';

interface WorkerScope {
  postMessage(message: Reply, transfer?: Transferable[]): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<Request>) => void): void;
}

const scope = globalThis as unknown as WorkerScope;
const gpu = start();
const sessions = new Map<ExperimentName, Session>();

scope.addEventListener('message', ({ data: request }) => {
  void gpu.then((device) => {
    if (!device) return;
    let session = sessions.get(request.experiment);
    if (!session) {
      session = new Session(device, experiments[request.experiment], scope.postMessage.bind(scope));
      sessions.set(request.experiment, session);
    }
    session.handle(request);
  });
});

async function start(): Promise<Gpu | undefined> {
  try {
    const device = await requestGpu();
    void device.lost.then(({ message }) => scope.postMessage({ type: 'lost', message }));
    const { software } = device.adapter;
    const name = describeAdapter({ ...device.adapter, software: false });
    scope.postMessage({ type: 'ready', adapter: { name, software } });
    return device;
  } catch (error) {
    scope.postMessage({ type: 'unavailable', ...told(error) });
    return undefined;
  }
}
