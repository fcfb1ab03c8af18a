import { render } from 'preact';
import { App } from './app.tsx';
import { keepOffline } from './offline.ts';
import { startEngine } from './state/engine.ts';

startEngine();
render(<App />, document.getElementById('page') as HTMLElement);
keepOffline();
