/** Says who does the computing, or why nobody can. */

import { engine, startEngine, type UnavailableCause } from '../state/engine.ts';
import { Unfolding } from './fields.tsx';
import { Notice } from './notice.tsx';

export function AdapterBadge() {
  const state = engine.value;
  const text = {
    starting: () => 'Looking for a GPU…',
    ready: () => (state.kind === 'ready' ? state.adapter.name : ''),
    unavailable: () => 'No WebGPU',
    lost: () => (state.kind === 'lost' && state.recovering ? 'Looking for the GPU again…' : 'Device lost'),
  }[state.kind]();
  return (
    <div class={`badge badge-${state.kind}`}>
      <span class="hidden">Computed by: </span>
      <span class="badge-name" title={text}>
        {text}
      </span>
      {state.kind === 'ready' && state.adapter.software && <SoftwareAdapter name={state.adapter.name} />}
    </div>
  );
}

export function EngineNotice() {
  const state = engine.value;
  switch (state.kind) {
    case 'starting':
      return null;
    case 'ready':
      return state.recovered ? <Recovered /> : null;
    case 'lost':
      return state.recovering ? (
        <Notice kind="lost" title="The GPU device was lost; another one is being asked for.">
          <p>What was training goes on by itself as soon as there is one.</p>
          <p class="said">{state.message}</p>
        </Notice>
      ) : (
        <Notice
          kind="problem"
          title="The GPU device was lost."
          action={{ label: 'Start again', run: startEngine }}
        >
          <p>
            The browser took it away, and gives no other: after a driver update, a crash or a long wait, for
            example. Trained weights are gone with it; the settings are still here.
          </p>
          <p class="said">{state.message}</p>
        </Notice>
      );
    case 'unavailable':
      return <Unavailable cause={state.cause} message={state.message} />;
  }
}

function Recorded() {
  return (
    <p>
      Until then, Start plays a run that was recorded elsewhere, with the usual settings. Formulas in your own
      table are still found, by least squares alone.
    </p>
  );
}

function Recovered() {
  return (
    <Notice kind="lost" title="The GPU device was lost, and is back.">
      <p>
        Each run says below from where it went on. The same seed gives the same numbers, so nothing is lost
        but time.
      </p>
    </Notice>
  );
}

/** That a processor does the work of a graphics card, and what to do about it. */
function SoftwareAdapter({ name }: { name: string }) {
  return (
    <Unfolding class="badge-software" summary="software" summaryClass="badge-kind">
      <strong>This is a software adapter.</strong> The browser offers “{name}”: your processor does the work
      of a GPU. Everything works and the numbers are just as good, but training is many times slower than on a
      graphics card. If your computer has one, turn on hardware acceleration in the browser's settings.
    </Unfolding>
  );
}

function Unavailable({ cause, message }: { cause: UnavailableCause; message: string }) {
  switch (cause) {
    case 'insecure':
      return (
        <Notice kind="problem" title="This page did not come over a secure connection.">
          <p>
            Browsers offer WebGPU only to pages from <code>https://</code> or from <code>localhost</code>.
            Open this page by such an address.
          </p>
          <Recorded />
        </Notice>
      );
    case 'no-webgpu':
      return (
        <Notice kind="problem" title="This browser has no WebGPU, so nothing can be trained here.">
          <p>Browsers that have it:</p>
          <Browsers />
          <Recorded />
        </Notice>
      );
    case 'no-webgpu-in-workers':
      return (
        <Notice kind="problem" title="This browser has WebGPU, but not in workers, where this page trains.">
          <p>A newer version has it:</p>
          <Browsers />
          <Recorded />
        </Notice>
      );
    case 'no-adapter':
      return (
        <Notice
          kind="problem"
          title="WebGPU is here, but the browser offers no GPU."
          action={{ label: 'Try again', run: startEngine }}
        >
          <ul>
            <li>Turn on hardware acceleration in the browser's settings, and restart the browser.</li>
            <li>Update the driver of your graphics card.</li>
            <li>
              Chrome and Edge: <code>chrome://gpu</code> says why a GPU is not used. On Linux, try{' '}
              <code>chrome://flags/#enable-unsafe-webgpu</code>.
            </li>
            <li>
              Firefox: see “WebGPU” in <code>about:support</code>.
            </li>
          </ul>
          <Recorded />
        </Notice>
      );
    case 'other':
      return (
        <Notice
          kind="problem"
          title="WebGPU could not be started."
          action={{ label: 'Try again', run: startEngine }}
        >
          <p class="said">{message}</p>
          <Recorded />
        </Notice>
      );
  }
}

function Browsers() {
  return (
    <ul>
      <li>
        Chrome or Edge: version 113 or newer; on Linux, turn on{' '}
        <code>chrome://flags/#enable-unsafe-webgpu</code>.
      </li>
      <li>Safari: version 26 or newer, on macOS, iOS, iPadOS and visionOS.</li>
      <li>
        Firefox: version 141 or newer on Windows; elsewhere set <code>dom.webgpu.enabled</code> in{' '}
        <code>about:config</code>.
      </li>
    </ul>
  );
}
