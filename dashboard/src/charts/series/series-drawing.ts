import { formatNumber } from '../../lib/format.ts'
import { type Columns, roundTicks } from '../../lib/series.ts'
import { tickTime } from '../../lib/time.ts'
import { backgroundOf, type Drawing, drawingWith, drawn } from '../svg.ts'
import type { Drawn } from './options.ts'
import { type Palette, paletteOf } from './palette.ts'
import type { Range } from './SeriesPlot.tsx'

/** In CSS pixels. */
const [WIDTH, HEIGHT] = [960, 420]
const AREA = { left: 72, top: 40, right: WIDTH - 16, bottom: HEIGHT - 36 }

type Scale = (value: number) => number
type Scales = { x: Scale; y: Scale; low: number; high: number }

/** The stretch of a series that is in sight, drawn anew as lines and points. */
export function seriesDrawing(figure: HTMLElement, columns: Columns, drawing: Drawn, range: Range): Drawing {
  const colors = paletteOf(figure)
  const scales = scalesOf(columns, drawing, range)
  const text = textWith(colors)
  return drawingWith({ width: WIDTH, height: HEIGHT, background: backgroundOf(figure) }, [
    text(drawing.name, 12, 22, 'start', colors.median, 14),
    ...axes(scales, range, colors),
    ...segments(scales, drawing, range, colors),
    ...marks(scales, drawing, range, colors),
    ...points(scales, columns, range, colors),
  ])
}

const seconds = (at: string) => Date.parse(at) / 1000

const textWith =
  ({ font }: Palette) =>
  (words: string, x: number, y: number, anchor: string, fill: string, size = 11) =>
    drawn(
      'text',
      { x, y, fill, 'text-anchor': anchor, 'font-size': size, 'font-family': font.replace(/^\S+ /, '') },
      words,
    )

function scalesOf({ x: times, points }: Columns, { segments, log }: Drawn, [from, to]: Range): Scales {
  const inSight = points.flatMap(({ value }, i) => {
    const at = times[i] ?? 0
    return at >= from && at <= to ? [value] : []
  })
  const bands = segments.flatMap(({ low, high }) => [low, high])
  const known = [...inSight, ...bands].filter(
    (value): value is number => value !== null && (!log || value > 0),
  )
  const of = log ? Math.log : (value: number) => value
  const [least, most] = known.length > 0 ? [min(known), max(known)] : [1, 10]
  const [a, b] = [of(least), of(most)]
  const pad = (b - a) * 0.08 || Math.abs(b) * 0.02 || 1
  const place = (value: number) => (of(value) - a + pad) / (b - a + 2 * pad)
  return {
    x: (at) => AREA.left + ((at - from) / (to - from)) * (AREA.right - AREA.left),
    y: (value) => AREA.bottom - place(value) * (AREA.bottom - AREA.top),
    low: log ? Math.exp(a - pad) : a - pad,
    high: log ? Math.exp(b + pad) : b + pad,
  }
}

const min = (values: readonly number[]) => values.reduce((least, value) => Math.min(least, value))
const max = (values: readonly number[]) => values.reduce((most, value) => Math.max(most, value))

const TIMES = 6

function axes({ x, y, low, high }: Scales, [from, to]: Range, colors: Palette): SVGElement[] {
  const text = textWith(colors)
  const times = Array.from({ length: TIMES }, (_, i) => from + ((to - from) * (i + 0.5)) / TIMES)
  return [
    ...roundTicks(low, high).flatMap((value) => [
      drawn('line', { x1: AREA.left, x2: AREA.right, y1: y(value), y2: y(value), stroke: colors.line }),
      text(formatNumber(value), AREA.left - 8, y(value) + 4, 'end', colors.dim),
    ]),
    ...times.map((at) =>
      text(tickTime(at * 1000, (to - from) / TIMES), x(at), AREA.bottom + 20, 'middle', colors.dim),
    ),
    drawn('line', { x1: AREA.left, x2: AREA.right, y1: AREA.bottom, y2: AREA.bottom, stroke: colors.strong }),
  ]
}

function segments(
  { x, y }: Scales,
  { segments: all }: Drawn,
  [from, to]: Range,
  colors: Palette,
): SVGElement[] {
  const within = (at: number) => x(Math.min(to, Math.max(from, at)))
  return all.flatMap((segment) => {
    const [x1, x2] = [within(seconds(segment.from)), within(segment.to === null ? to : seconds(segment.to))]
    if (x2 <= x1) return []
    const { low, high, median } = segment
    return [
      ...(low === null || high === null
        ? []
        : [
            drawn('rect', {
              x: x1,
              y: y(high),
              width: x2 - x1,
              height: Math.max(2, y(low) - y(high)),
              fill: colors.band,
            }),
          ]),
      ...(median === null
        ? []
        : [
            drawn('line', {
              x1,
              x2,
              y1: y(median),
              y2: y(median),
              stroke: colors.median,
              'stroke-width': 1.5,
            }),
          ]),
    ]
  })
}

function marks(
  { x }: Scales,
  { marks: all, alerts }: Drawn,
  [from, to]: Range,
  colors: Palette,
): SVGElement[] {
  const text = textWith(colors)
  const inSight = ({ at }: { at: number }) => at >= from && at <= to
  return [
    ...all.filter(inSight).flatMap(({ at, text: words }) => [
      drawn('line', {
        ...{ x1: x(at), x2: x(at), y1: AREA.top, y2: AREA.bottom, stroke: colors.mark },
        ...{ 'stroke-width': 1.5, 'stroke-dasharray': '4 3' },
      }),
      x(at) > WIDTH / 2
        ? text(words, x(at) - 4, AREA.top + 10, 'end', colors.mark)
        : text(words, x(at) + 4, AREA.top + 10, 'start', colors.mark),
    ]),
    ...alerts.filter(inSight).map(({ at, standing }) =>
      drawn('path', {
        d: `M${x(at)} ${AREA.bottom - 11} l-7 11 h14 z`,
        ...{ stroke: standing ? colors.bad : colors.warn, fill: standing ? colors.bad : colors.surface },
      }),
    ),
  ]
}

function points({ x, y }: Scales, columns: Columns, [from, to]: Range, colors: Palette): SVGElement[] {
  return columns.points.flatMap(({ value, valid }, i) => {
    const at = columns.x[i] ?? 0
    // A logarithm has no place for 0.
    if (at < from || at > to || !Number.isFinite(y(value))) return []
    const look = valid ? { fill: colors.point } : { fill: colors.surface, stroke: colors.dim }
    return [drawn('circle', { cx: x(at), cy: y(value), r: 3, ...look })]
  })
}
