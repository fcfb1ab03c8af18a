/** Lets an element take files and text that are dropped on it. */

import { type Signal, useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

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
