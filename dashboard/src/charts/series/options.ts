import uPlot from 'uplot'
import type { Series } from '../../../../app/setups/schema.ts'
import { formatNumber } from '../../lib/format.ts'
import { roundTicks } from '../../lib/series.ts'
import { tickTime } from '../../lib/time.ts'
import { drawDots } from './dots.ts'
import { type AlertMark, drawAlerts, drawMarks, type Mark } from './marks.ts'
import type { Palette } from './palette.ts'
import { drawSegments } from './under.ts'

export type Drawn = {
  segments: Series['segments']
  marks: readonly Mark[]
  alerts: readonly AlertMark[]
  /** The label of the vertical axis. */
  name: string
  log: boolean
}

export type Size = { width: number; height: number }
type Hooks = Pick<uPlot.Hooks.Arrays, 'setScale' | 'setCursor' | 'ready' | 'setSize'>
type Input = { drawn: Drawn; colors: Palette; size: Size; count: number; hooks: Hooks }

/** From this number on runs are small dots, and no line connects them. */
const MANY = 400

/** What uPlot needs to draw a series. */
export function optionsOf({ drawn, colors, size, count, hooks }: Input): uPlot.Options {
  const many = count > MANY
  const dot = { show: !many, size: 7, width: 1.5, stroke: colors.point }
  return {
    ...size,
    padding: [12, 24, 0, 4],
    legend: { show: false },
    cursor: { drag: { x: true, y: false, dist: 6 }, points: { show: false } },
    scales: { x: { time: true }, y: { distr: drawn.log ? 3 : 1, range: rangeOf(drawn) } },
    axes: [timeAxis(colors), valueAxis(drawn, colors)],
    series: [
      {},
      {
        scale: 'y',
        stroke: faint(colors.point),
        width: 1,
        spanGaps: true,
        ...(many ? { paths: () => null } : {}),
        points: { ...dot, fill: colors.point },
      },
      { scale: 'y', paths: () => null, points: { ...dot, fill: colors.surface, stroke: colors.dim } },
    ],
    hooks: {
      ...hooks,
      drawAxes: [(plot) => drawSegments(plot, drawn.segments, colors)],
      ...(many ? { drawSeries: [dotsOf(colors)] } : {}),
      draw: [
        (plot) => {
          drawMarks(plot, drawn.marks, colors)
          drawAlerts(plot, drawn.alerts, colors)
        },
      ],
    },
  }
}

/** Draws a series as dots: the first has the runs that count, the second those left out. */
const dotsOf = (colors: Palette) => (plot: uPlot, n: number) =>
  drawDots(plot, plot.data[n] ?? [], n === 1 ? colors.point : colors.dim)

/** A resolved colour, mostly transparent. */
const faint = (color: string) => color.replace(/^rgb\((.*)\)$/, 'rgba($1, 0.35)')

const timeAxis = (colors: Palette): uPlot.Axis => ({
  ...look(colors),
  ...{ label: 'Time', labelFont: colors.font, labelSize: 18, size: 30 },
  // The longest tick, a time with its seconds, keeps its distance from the next.
  space: 72,
  values: (_, splits, _axis, _space, step) => splits.map((at) => tickTime(at * 1000, step)),
})

const valueAxis = ({ name, log }: Drawn, colors: Palette): uPlot.Axis => ({
  ...look(colors),
  label: name,
  labelFont: colors.font,
  labelSize: 20,
  size: 58,
  values: (_, splits) => splits.map((value) => formatNumber(value)),
  // A logarithmic axis of uPlot has powers of ten only: a series seldom reaches from one to the next.
  ...(log ? { splits: (_: uPlot, _axis: number, low: number, high: number) => roundTicks(low, high) } : {}),
  ...(log ? { filter: (_: uPlot, splits: number[]) => splits } : {}),
})

const look = ({ dim, line, strong, font }: Palette) => ({
  ...{ stroke: dim, font, grid: { stroke: line, width: 1 } },
  ticks: { stroke: strong, width: 1, size: 5 },
})

/** The range of the vertical axis: the values in sight, and the band of their segments. */
function rangeOf({ segments, log }: Drawn): uPlot.Scale.Range {
  return (plot, dataLow, dataHigh) => {
    const { min = 0, max = 0 } = plot.scales['x'] ?? {}
    const inSight = segments.filter(
      ({ from, to }) => seconds(from) <= max && (to === null || seconds(to) >= min),
    )
    const all = [...inSight.flatMap(({ low, high }) => [low, high]), dataLow, dataHigh]
    const known = all.filter((value): value is number => Number.isFinite(value) && (!log || value! > 0))
    if (known.length === 0) return log ? [1, 10] : [0, 1]
    const [low, high] = [Math.min(...known), Math.max(...known)]
    if (log) return [low / (high / low) ** 0.08 / 1.002, high * (high / low) ** 0.08 * 1.002]
    const pad = (high - low) * 0.08 || Math.abs(high) * 0.02 || 1
    return [low - pad, high + pad]
  }
}

const seconds = (at: string) => Date.parse(at) / 1000

export { uPlot }
