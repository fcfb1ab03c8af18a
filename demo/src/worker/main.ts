/** Runs in the worker: owns the device, asks for another when it is lost, and has one session per job. */

import { type DeviceLostError, describeAdapter, type Gpu, requestGpu } from '../../../src/index.ts';
import { ATTEMPTS, describeError } from '../experiments/job.ts';
import type { Reply, Request } from './protocol.ts';
import { Session, Turns } from './session.ts';

interface WorkerScope {
  postMessage(message: Reply, transfer?: Transferable[]): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<Request>) => void): void;
}

const scope = globalThis as unknown as WorkerScope;
const post = scope.postMessage.bind(scope);
const turns = new Turns();
const sessions = new Map<number, Session>();

/** Devices that may be lost within so many milliseconds before the page gives up: the work itself may be what kills them. */
const PATIENCE = { losses: 3, milliseconds: 60_000 };
const losses: number[] = [];

let gpu = start();

scope.addEventListener('message', ({ data: request }) => {
  void gpu.then((device) => {
    if (!device) return;
    let session = sessions.get(request.job);
    if (!session) {
      session = new Session(request.job, device, turns, post);
      sessions.set(request.job, session);
    }
    session.handle(request);
    if (request.type === 'close') sessions.delete(request.job);
  });
});

async function start(): Promise<Gpu | undefined> {
  try {
    return welcome(await requestGpu(), false);
  } catch (error) {
    post({ type: 'unavailable', ...describeError(error) });
    return undefined;
  }
}

function welcome(device: Gpu, recovered: boolean): Gpu {
  void device.lost.then((error) => {
    gpu = recover(error);
  });
  const { software } = device.adapter;
  const name = describeAdapter({ ...device.adapter, software: false });
  post({ type: 'ready', adapter: { name, software }, recovered });
  return device;
}

async function recover({ message }: DeviceLostError): Promise<Gpu | undefined> {
  const now = performance.now();
  losses.push(now);
  while (now - (losses[0] ?? now) > PATIENCE.milliseconds) losses.shift();
  const recovering = losses.length < PATIENCE.losses;
  post({ type: 'lost', message, recovering });
  if (!recovering) return undefined;
  for (const pause of ATTEMPTS) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    try {
      const device = welcome(await requestGpu(), true);
      for (const session of sessions.values()) session.recover(device);
      return device;
    } catch {
      // The next attempt may succeed; after the last one, the page says so.
    }
  }
  post({ type: 'lost', message, recovering: false });
  return undefined;
}
