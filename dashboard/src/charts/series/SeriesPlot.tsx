import 'uplot/dist/uPlot.min.css'
import { useComputedColorScheme } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import type { Columns } from '../../lib/series.ts'
import { useWidth } from '../useWidth.ts'
import { type Drawn, optionsOf, uPlot } from './options.ts'
import { paletteOf } from './palette.ts'
import css from './series.module.css'

/** A stretch of time in seconds. */
export type Range = readonly [from: number, to: number]
/** The point under the pointer, and where it is in CSS pixels. */
export type Pointed = { index: number; left: number; top: number }
/** Where the axes are within the plot, in CSS pixels. */
export type Frame = { left: number; width: number }

type Props = {
  columns: Columns
  drawn: Drawn
  range: Range
  label: string
  onRange(range: Range): void
  onPoint(pointed: Pointed | undefined): void
  onPick(index: number): void
  onFrame(frame: Frame): void
}

const HEIGHT = 340
/** How near the pointer must be to a point, in CSS pixels. */
const NEAR = 24

/** A series on a canvas: dragging across zooms, a click opens the nearest run. */
export function SeriesPlot({ columns, drawn, range, label, ...on }: Props) {
  const host = useRef<HTMLDivElement>(null)
  const [plot, setPlot] = useState<uPlot>()
  const width = useWidth(host)
  const scheme = useComputedColorScheme('light', { getInitialValueInEffect: false })
  const latest = useRef({ range, ...on })
  latest.current = { range, ...on }
  const wide = width > 0

  // biome-ignore lint/correctness/useExhaustiveDependencies: the width is changed in place, the colours with the scheme
  useEffect(() => {
    const element = host.current
    if (!element || !wide) return
    const { x, valid, left } = columns
    const options = optionsOf({
      ...{ drawn, colors: paletteOf(element), size: { width, height: HEIGHT }, count: x.length },
      hooks: hooksOf(() => latest.current, columns),
    })
    const made = new uPlot(
      { ...options, scales: withRange(options.scales, latest.current.range) },
      [x, valid, left],
      element,
    )
    const release = pickOnClick(made, columns, (index) => latest.current.onPick(index))
    setPlot(made)
    return () => {
      release()
      made.destroy()
    }
  }, [columns, drawn, scheme, wide])

  useEffect(() => {
    if (wide) plot?.setSize({ width, height: HEIGHT })
  }, [plot, width, wide])

  const [from, to] = range
  useEffect(() => {
    const { min, max } = plot?.scales['x'] ?? {}
    if (plot && (min !== from || max !== to)) plot.setScale('x', { min: from, max: to })
  }, [plot, from, to])

  return <div ref={host} className={css.plot} role="img" aria-label={label} />
}

const withRange = (scales: uPlot.Options['scales'], [min, max]: Range) => ({
  ...scales,
  x: { ...scales?.['x'], min, max },
})

type Callbacks = Pick<Props, 'range' | 'onRange' | 'onPoint' | 'onFrame'>

function hooksOf(on: () => Callbacks, columns: Columns) {
  const frame = (plot: uPlot) => {
    const { left, width } = plot.bbox
    on().onFrame({ left: left / devicePixelRatio, width: width / devicePixelRatio })
  }
  return {
    ready: [frame],
    setSize: [frame],
    setScale: [
      (plot: uPlot, key: string) => {
        const { min, max } = plot.scales[key] ?? {}
        if (key !== 'x' || typeof min !== 'number' || typeof max !== 'number') return
        const [from, to] = on().range
        if (min !== from || max !== to) on().onRange([min, max])
      },
    ],
    setCursor: [(plot: uPlot) => on().onPoint(pointedAt(plot, columns))],
  }
}

/** The point nearest to the pointer, if one is near. */
function pointedAt(plot: uPlot, { x, points }: Columns): Pointed | undefined {
  const { left = -1, top = -1, idx } = plot.cursor
  if (left < 0 || idx === null || idx === undefined) return undefined
  let best: (Pointed & { distance: number }) | undefined
  for (let i = Math.max(0, idx - NEAR); i <= Math.min(x.length - 1, idx + NEAR); i++) {
    const place = { left: plot.valToPos(x[i] ?? 0, 'x'), top: plot.valToPos(points[i]?.value ?? 0, 'y') }
    const distance = Math.hypot(place.left - left, place.top - top)
    if (distance <= NEAR && distance < (best?.distance ?? Number.POSITIVE_INFINITY))
      best = { index: i, ...place, distance }
  }
  return best
}

const CLICK_PX = 4

/** Calls back with the point that is clicked; the end of a drag is no click. @returns what removes the listeners */
function pickOnClick(plot: uPlot, columns: Columns, onPick: (index: number) => void): () => void {
  let start: { x: number; y: number } | undefined
  const down = ({ clientX: x, clientY: y }: MouseEvent) => {
    start = { x, y }
  }
  const click = ({ clientX, clientY }: MouseEvent) => {
    if (!start || Math.hypot(clientX - start.x, clientY - start.y) > CLICK_PX) return
    const pointed = pointedAt(plot, columns)
    if (pointed) onPick(pointed.index)
  }
  plot.over.addEventListener('mousedown', down)
  plot.over.addEventListener('click', click)
  return () => {
    plot.over.removeEventListener('mousedown', down)
    plot.over.removeEventListener('click', click)
  }
}
