/** The visitor's own table, and the search for the formula in it. */

import './numbers.css';
import { type Signal, useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { LinkFaults } from '../../components/notice.tsx';
import { Controls } from './controls.tsx';
import { HandOut, Predict } from './hand-out.tsx';
import { Compare, Front, Result } from './result.tsx';
import { run } from './run.ts';
import { Scatter } from './scatter.tsx';
import { Source } from './source.tsx';
import { state } from './state.ts';
import { NumbersReadouts, NumbersStatus } from './status.tsx';
import { TableView } from './table.tsx';

interface Drop<Element extends HTMLElement> {
  readonly place: RefObject<Element>;
  /** Whether something is held over it. */
  readonly over: Signal<boolean>;
}

export function useDrop<Element extends HTMLElement>(
  onDrop: (dropped: File | string) => void,
): Drop<Element> {
  const place = useRef<Element>(null);
  const over = useSignal(false);
  useEffect(() => {
    const element = place.current as Element;
    const controller = new AbortController();
    const on = (type: 'dragover' | 'dragleave' | 'drop', listener: (event: DragEvent) => void) =>
      element.addEventListener(type, listener, { signal: controller.signal });
    on('dragover', (event) => {
      event.preventDefault();
      over.value = true;
    });
    on('dragleave', ({ relatedTarget }) => {
      if (!element.contains(relatedTarget as Node | null)) over.value = false;
    });
    on('drop', (event) => {
      event.preventDefault();
      over.value = false;
      const dropped = event.dataTransfer?.files[0] ?? event.dataTransfer?.getData('text/plain');
      if (dropped) onDrop(dropped);
    });
    return () => controller.abort();
  }, []);
  return { place, over };
}

export function Intro() {
  return (
    <div class="story">
      <div class="prose">
        <p>
          Many tables follow a law. Paste yours, choose the column to explain, and press Search. Formulas are
          fitted to your rows, simple ones first. If none of them holds, small models train on the rows, and
          formulas are read from them.
        </p>
        <p>
          A search always finds <em>something</em>. So the rows with the largest numbers are kept out of it,
          or, in a small table, each fifth of the rows in turn. A formula is believed only if it is right on
          them too, and if its errors look like noise.
        </p>
      </div>
      <aside class="equations" aria-label="What can be found">
        <math class="equation">
          <mi>y</mi>
          <mo>=</mo>
          <munder>
            <mo>∑</mo>
            <mi>k</mi>
          </munder>
          <msub>
            <mi>c</mi>
            <mi>k</mi>
          </msub>
          <msup>
            <mi>a</mi>
            <mi>p</mi>
          </msup>
          <msup>
            <mi>b</mi>
            <mi>q</mi>
          </msup>
          <mo>⋯</mo>
        </math>
        <p class="fine">
          It can find products, powers and roots, sums and fractions of them, sines, exponentials and
          logarithms as factors, and powers whose exponent is a column.
        </p>
        <p class="fine">
          Your table stays in this tab and is forgotten with it: it is read and searched here, nothing is sent
          anywhere, and links to this section do not contain it.
        </p>
      </aside>
    </div>
  );
}

export function Section() {
  const { place, over } = useDrop<HTMLDivElement>((dropped) => run.take(dropped));
  const outcome = run.outcome.value;
  return (
    <div class={`numbers ${over.value ? 'numbers-drop' : ''}`} ref={place}>
      <LinkFaults state={state} />
      <Intro />
      <div class="bench">
        <div class="table-parts">
          <Source run={run} />
          <TableView run={run} />
        </div>
        <Controls run={run} />
        <NumbersStatus run={run} />
        <div class="numbers-found">
          <NumbersReadouts run={run} />
          <Result run={run} />
          {outcome && <Predict key={outcome.json} run={run} outcome={outcome} />}
          {outcome && (
            <div class="figures">
              <Scatter outcome={outcome} />
              <Compare outcome={outcome} />
              <Front outcome={outcome} />
              <HandOut outcome={outcome} />
            </div>
          )}
        </div>
      </div>
    </div>
  );
}
