/** A uPlot chart that fills its place: resized with it, coloured by the page's theme, drawn once per frame at most. */

import type { ReadonlySignal } from '@preact/signals';
import { useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { theme } from '../state/theme.ts';

/**
 * Loads uPlot. It formats numbers in the browser's language and does not load where that is none that `Intl` knows:
 * Chromium in the POSIX locale calls it `en-US@posix`.
 */
export function loadPlot() {
  try {
    Intl.getCanonicalLocales(navigator.language);
  } catch {
    Object.defineProperty(navigator, 'language', { value: 'en', configurable: true });
  }
  return import('uplot');
}

/** Comes after the text of the page, which can be read without it. */
const library = loadPlot();

export interface ChartProps {
  /** What the picture shows, for those who cannot see it. */
  label: string;
  height: number;
  /** Series, scales, axes; another object makes another chart. */
  options: Omit<uPlot.Options, 'width' | 'height'>;
  /** The data for a plot of so many pixels. */
  data: (width: number) => uPlot.AlignedData;
  /** The data changes with this. */
  follow: ReadonlySignal<unknown>;
  /** What will be seen, for as long as there is nothing to draw; else empty. */
  hint?: string | undefined;
  /** Lets a reader point at places of the x axis, with the mouse or the arrow keys. */
  probe?: Probe;
}

export interface Probe {
  readonly last: number;
  readonly at: number | undefined;
  /** What is at `at`, in words. */
  readonly text: string;
  onPoint(x: number | undefined): void;
  /** Where the line stands, for a chart that is pointed at together with another. */
  readonly x?: number | undefined;
}

export function Chart({ label, height, options, data, follow, hint, probe }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const latest = useRef({ data, probe });
  latest.current = { data, probe };

  useEffect(() => {
    const box = place.current as HTMLDivElement;
    const width = () => Math.max(box.clientWidth, 160);
    const point = (chart: uPlot) => {
      const left = chart.cursor.left ?? -1;
      latest.current.probe?.onPoint(left < 0 ? undefined : chart.posToVal(left, 'x'));
    };
    let remove = () => {};
    let wanted = true;
    void library.then(({ default: Plot }) => {
      if (!wanted) return;
      const hooks = { ...options.hooks, setCursor: [point] };
      const all = { ...plain, ...options, hooks, width: width(), height };
      const chart = new Plot(all, latest.current.data(width()), box);
      const observer = new ResizeObserver(() => {
        if (chart.width !== width()) chart.setSize({ width: width(), height });
      });
      observer.observe(box);
      const stopThemes = theme.subscribe(() => void requestAnimationFrame(() => chart.redraw(false, false)));
      plot.current = chart;
      remove = () => {
        observer.disconnect();
        stopThemes();
        chart.destroy();
      };
    });
    return () => {
      wanted = false;
      plot.current = undefined;
      remove();
    };
  }, [options, height]);

  useSignalEffect(() => {
    follow.value;
    const frame = requestAnimationFrame(() => {
      const chart = plot.current;
      chart?.setData(latest.current.data(chart.width));
    });
    return () => cancelAnimationFrame(frame);
  });

  // The line of a chart that is pointed at together with another follows it, and tells nobody.
  const linked = probe !== undefined && 'x' in probe;
  useEffect(() => {
    const chart = plot.current;
    if (!chart || !linked) return;
    const left = probe.x === undefined ? -10 : chart.valToPos(probe.x, 'x');
    if (Math.abs(left - (chart.cursor.left ?? -10)) > 0.5)
      chart.setCursor({ left, top: left < 0 ? left : 0 }, false);
  }, [linked, probe?.x]);

  const onKeyDown = (event: KeyboardEvent) => {
    const chart = plot.current;
    const direction = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!chart || !direction) return;
    event.preventDefault();
    const wide = chart.over.clientWidth;
    const from = chart.cursor.left ?? -1;
    const to = from < 0 ? (direction > 0 ? 0 : wide) : from + direction * (event.shiftKey ? 1 : wide / 50);
    chart.setCursor({ left: Math.min(Math.max(to, 0), wide - 1), top: 0 });
  };

  const style = { height: `${height}px` };
  const empty = hint && <p class="chart-hint">{hint}</p>;
  if (!probe)
    return (
      <div class="chart-place">
        <div class="chart" ref={place} role="img" aria-label={label} style={style} />
        {empty}
      </div>
    );
  return (
    <div class="chart-place">
      <div
        class="chart"
        ref={place}
        role="slider"
        tabIndex={0}
        aria-label={label}
        aria-valuemin={1}
        aria-valuemax={probe.last}
        aria-valuenow={Math.round(probe.at ?? 1)}
        aria-valuetext={probe.text}
        style={style}
        onKeyDown={onKeyDown}
        onBlur={() => plot.current?.setCursor({ left: -10, top: -10 })}
      />
      {empty}
    </div>
  );
}

const plain: Partial<uPlot.Options> = {
  legend: { show: false },
  cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
};
