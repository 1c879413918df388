import { type KeyboardEvent, type PointerEvent, useMemo, useRef } from 'react'
import { type Columns, outlineOf } from '../../lib/series.ts'
import { localTime } from '../../lib/time.ts'
import type { Range } from './SeriesPlot.tsx'
import css from './series.module.css'

type Props = { columns: Columns; domain: Range; range: Range; onRange(range: Range): void }
type Part = 'from' | 'to' | 'window'

const BUCKETS = 240
/** The shortest stretch, as a share of the whole. */
const SHORTEST = 0.005
const STEP = 0.02

/** The whole series as a small picture, with the stretch that is shown: its window and its ends can be dragged. */
export function Brush({ columns, domain, range, onRange }: Props) {
  const track = useRef<HTMLDivElement>(null)
  const drag = useRef<{ part: Part; x: number; start: Range }>(undefined)
  const length = domain[1] - domain[0]
  const share = (at: number) => Math.min(1, Math.max(0, (at - domain[0]) / length))
  const [from, to] = [share(range[0]), share(range[1])]

  const show = (part: Part, by: number, start: Range) => {
    const [a, b] = moved(part, by, [share(start[0]), share(start[1])])
    onRange([domain[0] + a * length, domain[0] + b * length])
  }
  const down = (part: Part) => (event: PointerEvent<HTMLElement>) => {
    event.currentTarget.setPointerCapture(event.pointerId)
    drag.current = { part, x: event.clientX, start: range }
    event.stopPropagation()
  }
  const move = (event: PointerEvent) => {
    const { current } = drag
    if (!current || !track.current) return
    show(current.part, (event.clientX - current.x) / track.current.clientWidth, current.start)
  }
  const up = () => {
    drag.current = undefined
  }
  const key = (part: Part) => (event: KeyboardEvent) => {
    const by = { ArrowLeft: -STEP, ArrowRight: STEP, PageDown: -5 * STEP, PageUp: 5 * STEP }[event.key]
    if (by === undefined) return
    event.preventDefault()
    show(part, by, range)
  }
  const handle = (part: 'from' | 'to', at: number) => (
    <div
      className={css.handle}
      style={{ left: `${at * 100}%` }}
      role="slider"
      tabIndex={0}
      aria-label={part === 'from' ? 'Shown from' : 'Shown until'}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(at * 100)}
      aria-valuetext={localTime(range[part === 'from' ? 0 : 1] * 1000)}
      onPointerDown={down(part)}
      onPointerMove={move}
      onPointerUp={up}
      onKeyDown={key(part)}
    />
  )
  return (
    <div className={css.brush} ref={track}>
      <Outline columns={columns} />
      <div
        className={css.window}
        style={{ left: `${from * 100}%`, width: `${(to - from) * 100}%` }}
        onPointerDown={down('window')}
        onPointerMove={move}
        onPointerUp={up}
      />
      {handle('from', from)}
      {handle('to', to)}
    </div>
  )
}

/** The ends after a move, as shares of the whole: a window keeps its length, the ends keep apart. */
function moved(part: Part, by: number, [from, to]: Range): Range {
  if (part === 'from') return [Math.min(Math.max(0, from + by), to - SHORTEST), to]
  if (part === 'to') return [from, Math.max(Math.min(1, to + by), from + SHORTEST)]
  const shift = Math.min(Math.max(by, -from), 1 - to)
  return [from + shift, to + shift]
}

function Outline({ columns }: { columns: Columns }) {
  const path = useMemo(() => {
    const outline = outlineOf(columns, BUCKETS)
    const low = Math.min(...outline.map((one) => one.low))
    const high = Math.max(...outline.map((one) => one.high))
    const y = (value: number) => (high === low ? 20 : 36 - ((value - low) / (high - low)) * 32)
    return outline.map(({ at, low: a, high: b }) => `M${at * 1000} ${y(a) + 1.5}V${y(b) - 1.5}`).join('')
  }, [columns])
  return (
    <svg className={css.outline} viewBox="0 0 1000 40" preserveAspectRatio="none" aria-hidden>
      <path d={path} />
    </svg>
  )
}
