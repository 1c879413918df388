import type uPlot from 'uplot'
import { clip } from './under.ts'

/**
 * Draws the runs of a long series as dots, one for each place on the canvas: of ten thousand runs many lie on each other,
 * and a path with a circle for each takes longer than all the rest.
 */
export function drawDots(plot: uPlot, values: ArrayLike<number | null | undefined>, color: string): void {
  const { ctx, bbox } = plot
  const [first, last] = plot.series[0]?.idxs ?? [0, values.length - 1]
  const x = plot.data[0]
  const unit = Math.max(1, Math.round(devicePixelRatio))
  const taken = new Uint8Array(Math.ceil(bbox.width + 1) * Math.ceil(bbox.height + 1))
  ctx.save()
  clip(plot)
  ctx.fillStyle = color
  for (let i = first ?? 0; i <= (last ?? values.length - 1); i++) {
    const value = values[i]
    if (value === null || value === undefined) continue
    const left = Math.round(plot.valToPos(x[i] ?? 0, 'x', true))
    const top = Math.round(plot.valToPos(value, 'y', true))
    const place = Math.floor(top - bbox.top) * Math.ceil(bbox.width + 1) + Math.floor(left - bbox.left)
    if (taken[place]) continue
    taken[place] = 1
    ctx.fillRect(left - 2 * unit, top - unit, 4 * unit, 2 * unit)
    ctx.fillRect(left - unit, top - 2 * unit, 2 * unit, 4 * unit)
  }
  ctx.restore()
}
