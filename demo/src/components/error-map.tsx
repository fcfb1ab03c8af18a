/**
 * How right answers are over a square of two numbers: coloured by their error relative to the truth, with the examples outlined.
 * The point that is asked about can be dragged.
 */

import '../styles/error-map.css';
import { useEffect, useRef } from 'preact/hooks';
import { short } from '../format.ts';
import { theme } from '../state/theme.ts';

/** Colours change from right to wrong between these errors, relative to the truth. */
export const RIGHT = 1e-2;
export const WRONG = 1;

/** Cells along a side: the browser smooths between them. */
const CELLS = 48;

interface ErrorMapProps {
  /** What the picture shows, for those who cannot see it. */
  label: string;
  /** Both numbers go from 0 to this. */
  reach: number;
  /** The examples are in the square from 1 to this; 0: there are none. */
  trained: number;
  answer: (first: number, second: number) => number;
  truth: (first: number, second: number) => number;
  /** Of the answers: the map is painted anew with it. */
  version: unknown;
  first: number;
  second: number;
  onPoint: (first: number, second: number) => void;
}

export function ErrorMap({ label, reach, trained, answer, truth, version, ...point }: ErrorMapProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (canvas.current) paint(canvas.current, reach, answer, truth);
  }, [version, reach, theme.value]);

  const drag = (event: PointerEvent) => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    const place = (part: number) => Math.min(Math.max(Math.round(part * reach), 1), reach);
    point.onPoint(
      place((event.clientX - box.left) / box.width),
      place(1 - (event.clientY - box.top) / box.height),
    );
  };
  const percent = (value: number) => (100 * Math.min(Math.max(value, 0), reach)) / reach;
  const beyond = point.first > reach || point.second > reach;
  const ticks = [reach / 4, reach / 2, (3 * reach) / 4, reach];
  return (
    <div class="error-map">
      <div
        class="error-map-field"
        role="img"
        aria-label={label}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          drag(event);
        }}
        onPointerMove={(event) => {
          if (event.currentTarget.hasPointerCapture(event.pointerId)) drag(event);
        }}
      >
        <canvas ref={canvas} width={CELLS} height={CELLS} />
        {trained > 0 && (
          <span
            class="error-map-examples"
            style={{ width: `${percent(trained)}%`, height: `${percent(trained)}%` }}
          >
            examples
          </span>
        )}
        <i class="error-map-line error-map-across" style={{ bottom: `${percent(point.second)}%` }} />
        <i class="error-map-line error-map-up" style={{ left: `${percent(point.first)}%` }} />
        <span class="error-map-first" style={{ left: `${percent(point.first)}%` }}>
          {point.first <= reach && short(point.first)}
        </span>
        <span class="error-map-second" style={{ bottom: `${percent(point.second)}%` }}>
          {point.second <= reach && short(point.second)}
        </span>
        <i
          class={`error-map-point ${beyond ? 'error-map-beyond' : ''}`}
          style={{ left: `${percent(point.first)}%`, bottom: `${percent(point.second)}%` }}
        />
      </div>
      <div class="error-map-ticks" aria-hidden="true">
        {ticks.map((tick) => (
          <span key={tick} style={{ left: `${percent(tick)}%` }}>
            {tick}
          </span>
        ))}
      </div>
    </div>
  );
}

type Color = readonly [red: number, green: number, blue: number];

/** From right over the middle to wrong; see `RIGHT` and `WRONG`. */
function paint(
  canvas: HTMLCanvasElement,
  reach: number,
  answer: ErrorMapProps['answer'],
  truth: ErrorMapProps['truth'],
): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  const style = getComputedStyle(canvas);
  const palette = ['map-right', 'map-middle', 'map-wrong'].map((name) => colorOf(style, name));
  const image = context.createImageData(CELLS, CELLS);
  for (let row = 0; row < CELLS; row++) {
    for (let column = 0; column < CELLS; column++) {
      const first = ((column + 0.5) / CELLS) * reach;
      const second = (1 - (row + 0.5) / CELLS) * reach;
      const right = truth(first, second);
      const error = Math.abs(answer(first, second) - right) / Math.abs(right);
      image.data.set([...shade(error, palette), 255], 4 * (row * CELLS + column));
    }
  }
  context.putImageData(image, 0, 0);
}

function shade(error: number, [right, middle, wrong]: readonly Color[]): Color {
  const part = Number.isFinite(error) ? Math.log(error / RIGHT) / Math.log(WRONG / RIGHT) : 1;
  const place = 2 * Math.min(Math.max(part, 0), 1);
  const [from, to] = place < 1 ? [right, middle] : [middle, wrong];
  const mixed = (channel: 0 | 1 | 2) =>
    Math.round(
      (from as Color)[channel] +
        (place % 1 || Number(place === 2)) * ((to as Color)[channel] - (from as Color)[channel]),
    );
  return [mixed(0), mixed(1), mixed(2)];
}

/** The page's colours are written as #rrggbb, or as #rgb once they are built. */
function colorOf(style: CSSStyleDeclaration, name: string): Color {
  const digits = style.getPropertyValue(`--${name}`).trim().slice(1);
  const six = digits.length === 3 ? digits.replace(/./g, '$&$&') : digits;
  const value = Number.parseInt(six, 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}
