import { useMemo, useRef } from 'react'
import { withUnit } from '../../lib/format.ts'
import { ticksOf } from '../../lib/histogram.ts'
import { endOf, type KeptRun, tokensInFlight } from '../../lib/kept-requests.ts'
import { useWidth } from '../useWidth.ts'
import { Lane, LEFT, type Scale } from './Lane.tsx'
import { RequestLane } from './RequestLane.tsx'
import css from './requests.module.css'

/** Points of a line over time. */
const POINTS = 300

/** The requests of a run over time, the tokens in flight, and below the readings of the GPUs on the same axis. */
export function Timeline({ run }: { run: KeptRun }) {
  const box = useRef<HTMLDivElement>(null)
  const width = useWidth(box)
  const { requests, telemetry } = run
  const end = useMemo(() => Math.max(1, endOf(requests)), [requests])
  const tokens = useMemo(() => {
    const at = Array.from({ length: POINTS + 1 }, (_, i) => (i / POINTS) * end)
    return { name: 'Tokens in flight', unit: '', at, lines: [tokensInFlight(requests, at)] }
  }, [requests, end])
  const scale: Scale = {
    width,
    end,
    x: (ms) => LEFT + (ms / end) * Math.max(1, width - LEFT - 8),
    ticks: ticksOf(0, end, Math.max(2, Math.floor(width / 140))),
  }
  return (
    <div ref={box} className={css.timeline}>
      {width > 0 && (
        <>
          <RequestLane requests={requests} scale={scale} />
          <Lane reading={tokens} scale={scale} area />
          {telemetry.map((reading) => (
            <Lane key={reading.name} reading={reading} scale={scale} />
          ))}
          <TimeAxis scale={scale} />
        </>
      )}
    </div>
  )
}

function TimeAxis({ scale: { width, x, ticks, end } }: { scale: Scale }) {
  const inSeconds = end >= 2000
  const text = (ms: number) =>
    inSeconds ? withUnit(Number((ms / 1000).toFixed(2)), 's') : withUnit(ms, 'ms')
  return (
    <svg className={css.lane} width={width} height={34} aria-hidden>
      {ticks.map((ms) => (
        <text key={ms} className={css.tick} x={x(ms)} y={12} textAnchor={ms === 0 ? 'start' : 'middle'}>
          {text(ms)}
        </text>
      ))}
      <text className={css.tick} x={(LEFT + width) / 2} y={30} textAnchor="middle">
        Time since the first request
      </text>
    </svg>
  )
}
