import type uPlot from 'uplot'
import { visibleText } from '../../lib/visible-text.ts'
import type { Palette } from './palette.ts'
import { clip, line } from './under.ts'

/** A place in time where something changed, with what changed there. */
export type Mark = { at: number; text: string }
/** An alert on the time axis. */
export type AlertMark = { at: number; standing: boolean }

const GAP = 4

/** Draws a line where something changed, with what it was; where there is no room for the text, its number. */
export function drawMarks(plot: uPlot, marks: readonly Mark[], colors: Palette): void {
  const { ctx, bbox } = plot
  const ratio = devicePixelRatio
  ctx.save()
  clip(plot)
  ctx.font = colors.font.replace('12px', `${11 * ratio}px`)
  ctx.textBaseline = 'top'
  const places = marks.map(({ at }) => plot.valToPos(at, 'x', true))
  for (const [i, { text }] of marks.entries()) {
    const x = places[i] ?? 0
    if (x < bbox.left || x > bbox.left + bbox.width) continue
    ctx.strokeStyle = colors.mark
    ctx.setLineDash([4 * ratio, 3 * ratio])
    ctx.lineWidth = 1.5 * ratio
    line(ctx, [x, bbox.top], [x, bbox.top + bbox.height])
    ctx.fillStyle = colors.mark
    const room = (places[i + 1] ?? bbox.left + bbox.width) - x - 2 * GAP * ratio
    const number = String(i + 1)
    const full = visibleText(`${number} ${text}`)
    const fits = ctx.measureText(full).width <= room
    const before = !fits && i === marks.length - 1 && ctx.measureText(full).width <= x - bbox.left - GAP
    ctx.textAlign = before ? 'right' : 'left'
    ctx.fillText(fits || before ? full : number, x + (before ? -GAP : GAP) * ratio, bbox.top + 2 * ratio)
  }
  ctx.restore()
}

const SIZE = 7

/** Draws a triangle on the time axis for each alert; filled while it stands. */
export function drawAlerts(plot: uPlot, alerts: readonly AlertMark[], colors: Palette): void {
  const { ctx, bbox } = plot
  const size = SIZE * devicePixelRatio
  const y = bbox.top + bbox.height
  ctx.save()
  clip(plot)
  for (const { at, standing } of alerts) {
    const x = plot.valToPos(at, 'x', true)
    ctx.beginPath()
    ctx.moveTo(x, y - 1.6 * size)
    ctx.lineTo(x - size, y)
    ctx.lineTo(x + size, y)
    ctx.closePath()
    ctx.strokeStyle = standing ? colors.bad : colors.warn
    ctx.fillStyle = standing ? colors.bad : colors.surface
    ctx.lineWidth = 1.5 * devicePixelRatio
    ctx.fill()
    ctx.stroke()
  }
  ctx.restore()
}
