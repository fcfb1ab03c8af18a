/** A cell for each model, coloured by its error; any one can be picked, with the mouse or the arrow keys. */

import { useSignal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { formatRange } from '../../../../src/index.ts';
import { Figure } from '../../components/figure.tsx';
import { scientific } from '../../format.ts';
import { theme } from '../../state/theme.ts';
import { colorOf, type MapLayout, mapLayout, modelBeside, paletteOf } from './map.ts';
import type { EnsembleRun } from './state.ts';

const HEIGHT = 300;

export function SeedMaps({ run }: { run: EnsembleRun }) {
  const several = run.plan.value.ranges.length > 1;
  return (
    <Figure
      title="Every seed"
      class="maps"
      caption={
        <>
          One cell for each model, the first seed in the upper left corner
          {several && '; each range has a stripe of its own'}. Colored: solved; the stronger the color, the
          smaller the error. Gray: not solved; the darker, the larger the error. A seed has the same place in
          every map. Click a cell, or use the arrow keys, to look at its weights.
        </>
      }
    >
      <div class="maps-row">
        {run.units.value.map((unit, index) => (
          <SeedMap key={unit} run={run} name={unit} unit={index} />
        ))}
      </div>
    </Figure>
  );
}

interface SeedMapProps {
  run: EnsembleRun;
  name: string;
  unit: number;
}

function SeedMap({ run, name, unit }: SeedMapProps) {
  const { fields, picked, plan } = run;
  const place = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const width = useSignal(320);
  const pointed = useSignal<number | undefined>(undefined);
  const each = plan.value.seeds.count;
  const ranges = plan.value.ranges.length;
  const layout = mapLayout(each, ranges, width.value, HEIGHT);
  const last = each * ranges - 1;

  // Before the browser draws: a map of another width has another height.
  useLayoutEffect(() => {
    const box = place.current as HTMLDivElement;
    const measure = () => {
      width.value = Math.max(box.clientWidth, 120);
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(box);
    return () => observer.disconnect();
  }, []);

  const field = fields.value[unit];
  // Before the browser draws: another size has wiped the canvas.
  useLayoutEffect(() => {
    if (canvas.current) paint(canvas.current, unit, layout, last + 1, field);
  }, [unit, field, each, ranges, width.value, theme.value]);

  const own = picked.value.unit === unit ? picked.value.model : undefined;
  const shown = pointed.value ?? own;
  const modelAt = (event: PointerEvent | MouseEvent) => {
    const box = (canvas.current as HTMLCanvasElement).getBoundingClientRect();
    const column = Math.floor((event.clientX - box.left) / layout.cell);
    return layout.at(column, Math.floor((event.clientY - box.top) / layout.cell));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const next = modelBeside(layout, own ?? 0, event.key, last);
    if (next === undefined && !/^Arrow/.test(event.key)) return;
    event.preventDefault();
    run.pick({ unit, model: next ?? own ?? 0 });
  };
  const size = { width: `${layout.columns * layout.cell}px`, height: `${layout.rows * layout.cell}px` };
  const [column, row] = layout.place(own ?? 0);
  return (
    <div class={`map unit-${unit}`} ref={place}>
      <div class="map-head">
        <strong>{name}</strong>{' '}
        <span class="reading">{shown === undefined ? '' : words(run, unit, shown)}</span>
      </div>
      <div
        class="map-cells"
        role="slider"
        tabIndex={0}
        aria-label={`Seeds of ${name}`}
        aria-valuemin={0}
        aria-valuemax={last}
        aria-valuenow={own ?? 0}
        aria-valuetext={own === undefined ? 'none picked' : words(run, unit, own)}
        style={{ ...size, '--cell': `${layout.cell}px` }}
        onKeyDown={onKeyDown}
        onPointerMove={(event) => {
          pointed.value = modelAt(event);
        }}
        onPointerLeave={() => {
          pointed.value = undefined;
        }}
        onClick={(event) => {
          const model = modelAt(event);
          if (model !== undefined) run.pick({ unit, model });
        }}
      >
        <canvas ref={canvas} width={layout.columns} height={layout.rows} style={size} />
        {layout.cell >= 6 && <span class="map-lines" />}
        {layout.stripes.map((row) => (
          <span key={row} class="map-stripe" style={{ top: `${row * layout.cell}px` }} />
        ))}
        {own !== undefined && (
          <span
            class="map-picked"
            style={{ left: `${column * layout.cell}px`, top: `${row * layout.cell}px` }}
          />
        )}
      </div>
    </div>
  );
}

function words({ fields, plan }: EnsembleRun, unit: number, model: number): string {
  const { seeds, ranges } = plan.value;
  const pair = ranges[Math.floor(model / seeds.count)];
  const error = fields.value[unit]?.extrapolation[model];
  const where = ranges.length > 1 && pair ? ` on ${formatRange(pair.range)}` : '';
  const solved = (fields.value[unit]?.solvedAt[model] ?? -1) >= 0;
  const state =
    error === undefined ? '' : `: error ${scientific(error)}, ${solved ? 'solved' : 'not solved'}`;
  return `seed ${seeds.first + (model % seeds.count)}${where}${state}`;
}

/** One pixel for each model; the style sheet makes them large. */
function paint(
  canvas: HTMLCanvasElement,
  unit: number,
  layout: MapLayout,
  models: number,
  field: EnsembleRun['fields']['value'][number] | undefined,
): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  const image = context.createImageData(layout.columns, layout.rows);
  const palette = paletteOf(canvas, unit);
  const errors = field?.extrapolation ?? [];
  const thresholds = field?.thresholds ?? [];
  const each = models / thresholds.length;
  for (let model = 0; model < models; model++) {
    const [column, row] = layout.place(model);
    const error = errors[model];
    const color =
      error === undefined
        ? palette.unknown
        : colorOf(error, thresholds[Math.floor(model / each)] as number, palette);
    image.data.set([...color, 255], 4 * (row * layout.columns + column));
  }
  context.putImageData(image, 0, 0);
}
