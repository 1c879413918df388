import type uPlot from 'uplot'
import type { Series } from '../../../../app/setups/schema.ts'
import type { Palette } from './palette.ts'

const seconds = (at: string) => Date.parse(at) / 1000

/** Draws the noise band and the median of each segment, under the points. */
export function drawSegments(plot: uPlot, segments: Series['segments'], colors: Palette): void {
  const { ctx, bbox } = plot
  ctx.save()
  clip(plot)
  for (const { from, to, median, low, high } of segments) {
    const x0 = plot.valToPos(seconds(from), 'x', true)
    const x1 = to === null ? bbox.left + bbox.width : plot.valToPos(seconds(to), 'x', true)
    const y = (value: number) => plot.valToPos(value, 'y', true)
    if (low !== null && high !== null) {
      ctx.fillStyle = colors.band
      ctx.fillRect(x0, y(high), x1 - x0, Math.max(2, y(low) - y(high)))
    }
    if (median === null) continue
    ctx.strokeStyle = colors.median
    ctx.lineWidth = 1.5 * devicePixelRatio
    line(ctx, [x0, y(median)], [x1, y(median)])
  }
  ctx.restore()
}

/** Keeps what is drawn within the axes. */
export function clip({ ctx, bbox }: uPlot): void {
  ctx.beginPath()
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height)
  ctx.clip()
}

type Place = readonly [x: number, y: number]

export function line(ctx: CanvasRenderingContext2D, [x0, y0]: Place, [x1, y1]: Place): void {
  ctx.beginPath()
  ctx.moveTo(x0, y0)
  ctx.lineTo(x1, y1)
  ctx.stroke()
}
