/** The page: starts the worker, draws, and keeps itself for visits without a network. */

import { render } from 'preact';
import { App } from './app.tsx';
import { startEngine } from './state/engine.ts';

startEngine();
render(<App />, document.getElementById('page') as HTMLElement);
keepOffline();

export function keepOffline(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  // It fetches every file of the page: that can wait until this one is there.
  addEventListener('load', () => {
    navigator.serviceWorker.register('./sw.js').catch(() => {
      // Private windows and some settings forbid it; the page then needs the network, as any other.
    });
  });
}
