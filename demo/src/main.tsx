import { render } from 'preact';
import { App } from './app.tsx';
import { startEngine } from './state/engine.ts';
import { createLaboratory } from './state/laboratory.ts';

const place = location.hash.slice(1);
const laboratory = createLaboratory();
startEngine();
render(<App laboratory={laboratory} />, document.getElementById('page') as HTMLElement);
// An address may name a section instead of settings.
document.getElementById(place)?.scrollIntoView();
