/** A picture of latency over time, as SVG: a line for the median and one for the 99th percentile of each series. */
import { percentile, type Sample } from './recorder.ts';

export type Line = {
  readonly label: string;
  readonly samples: readonly Sample[];
  /** From 0 to 1. */
  readonly share: number;
  readonly colour: string;
  /** Lines differ by more than their colour. */
  readonly dashes?: string;
};

const WIDTH = 960;
const HEIGHT = 480;
const PLOT = { left: 80, right: 730, top: 70, bottom: 420 };
/** So many steps along the time. */
const STEPS = 60;
const LABEL_HEIGHT = 16;

type Value = { readonly at: number; readonly value: number };

/** One value for each step that has samples, in the middle of the step. */
const valuesOf = ({ samples, share }: Line, seconds: number): Value[] => {
  const stepMs = (seconds * 1000) / STEPS;
  const steps = Map.groupBy(samples, ({ at }) => Math.min(STEPS - 1, Math.floor(at / stepMs)));
  return [...steps]
    .sort(([a], [b]) => a - b)
    .map(([step, own]) => ({
      at: ((step + 0.5) * stepMs) / 1000,
      value: percentile(
        own.map(({ latency }) => latency).sort((a, b) => a - b),
        share,
      ),
    }));
};

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** A latency may be a thousand times another: the axis is logarithmic, with a line for each power of ten. */
const axisOf = (values: readonly number[]) => {
  const low = Math.floor(Math.log10(Math.max(0.01, Math.min(...values))));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(0.1, ...values))));
  const ticks = Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index));
  const y = (value: number): number => {
    const share = (Math.log10(Math.max(value, 10 ** low)) - low) / (high - low);
    return PLOT.bottom - share * (PLOT.bottom - PLOT.top);
  };
  return { ticks, y };
};

const timeTicks = (seconds: number): { at: number; label: string }[] => {
  const byMinutes = seconds >= 120;
  const total = byMinutes ? seconds / 60 : seconds;
  const step = [1, 2, 5, 10, 15, 30, 60, 120].find((candidate) => total / candidate <= 10) ?? 240;
  return Array.from({ length: Math.floor(total / step) + 1 }, (_, index) => ({
    at: index * step * (byMinutes ? 60 : 1),
    label: `${index * step}`,
  }));
};

/** Labels at the lines' ends, moved apart where they would lie upon each other. */
const spread = (ends: readonly { y: number; line: Line }[]): { y: number; line: Line }[] => {
  const placed: { y: number; line: Line }[] = [];
  for (const end of [...ends].sort((a, b) => a.y - b.y)) {
    placed.push({ ...end, y: Math.max(end.y, (placed.at(-1)?.y ?? Number.NEGATIVE_INFINITY) + LABEL_HEIGHT) });
  }
  return placed;
};

/** @param description what a reader who does not see the picture should know of it */
export const drawPicture = (
  lines: readonly Line[],
  seconds: number,
  { title, description }: { title: string; description: string },
): string => {
  const drawn = lines
    .map((line) => ({ line, values: valuesOf(line, seconds) }))
    .filter(({ values }) => values.length > 0);
  const { ticks, y } = axisOf(drawn.flatMap(({ values }) => values.map(({ value }) => value)));
  const x = (at: number): number => PLOT.left + (at / seconds) * (PLOT.right - PLOT.left);
  const point = ({ at, value }: Value): string => `${x(at).toFixed(1)},${y(value).toFixed(1)}`;
  const text = (cls: string, atX: number, atY: number, content: string, more = ''): string =>
    `  <text class="${cls}" x="${atX.toFixed(1)}" y="${atY.toFixed(1)}"${more}>${escaped(content)}</text>`;
  const middle = (PLOT.top + PLOT.bottom) / 2;
  const labels = spread(drawn.map(({ line, values }) => ({ line, y: y(values.at(-1)?.value ?? 1) })));
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="title description">`,
    `  <title id="title">${escaped(title)}</title>`,
    `  <desc id="description">${escaped(description)}</desc>`,
    '  <style>text { font: 14px sans-serif; fill: #1a1a1a } .title { font-weight: bold; font-size: 16px } .end { text-anchor: end } .middle { text-anchor: middle } polyline { fill: none; stroke-width: 2 } .grid { stroke: #d0d0d0 }</style>',
    `  <rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    text('title', PLOT.left, 32, title),
    ...ticks.flatMap((tick) => [
      `  <line class="grid" x1="${PLOT.left}" x2="${PLOT.right}" y1="${y(tick).toFixed(1)}" y2="${y(tick).toFixed(1)}"/>`,
      text('end', PLOT.left - 8, y(tick) + 5, tick.toLocaleString('en-US')),
    ]),
    ...timeTicks(seconds).map(({ at, label }) => text('middle', x(at), PLOT.bottom + 22, label)),
    text(
      'middle',
      (PLOT.left + PLOT.right) / 2,
      PLOT.bottom + 46,
      seconds >= 120 ? 'minutes since the start' : 'seconds since the start',
    ),
    text('middle', 22, middle, 'latency from the intended start, in ms', ` transform="rotate(-90 22 ${middle})"`),
    ...drawn.map(
      ({ line, values }) =>
        `  <polyline stroke="${line.colour}"${line.dashes === undefined ? '' : ` stroke-dasharray="${line.dashes}"`} points="${values.map(point).join(' ')}"/>`,
    ),
    ...labels.map(({ line, y: at }) =>
      text('label', PLOT.right + 10, at + 5, line.label, ` style="fill: ${line.colour}"`),
    ),
    '</svg>',
  ].join('\n')}\n`;
};
