import { formatNumber, metricText, plural } from '../../lib/format.ts'
import { type KeptRequest, rowsOf } from '../../lib/kept-requests.ts'
import { Grid, LEFT, type Scale } from './Lane.tsx'
import css from './requests.module.css'

const TOP = 18
const ROW_MIN = 2
const ROW_MAX = 12
const HEIGHT_MAX = 220

/** The requests of a run as bars: light until the first token, full while tokens come. */
export function RequestLane({ requests, scale }: { requests: readonly KeptRequest[]; scale: Scale }) {
  const placed = rowsOf(requests)
  const rows = Math.max(1, ...placed.map(({ row }) => row + 1))
  const step = Math.min(ROW_MAX, Math.max(ROW_MIN, HEIGHT_MAX / rows))
  const height = TOP + rows * step + 2
  const failed = requests.filter((one) => one.failed !== undefined).length
  return (
    <svg
      className={css.lane}
      width={scale.width}
      height={height}
      role="img"
      aria-label={`${plural(requests.length, 'request')} over time, up to ${formatNumber(rows)} at once${failed > 0 ? `, ${formatNumber(failed)} failed` : ''}`}
    >
      <Grid scale={scale} height={height} />
      <text className={css.name} x={LEFT} y={12}>
        Requests, up to {formatNumber(rows)} at once
      </text>
      {placed.map(({ request, row }) => (
        <Bar
          key={`${request.index} ${request.at}`}
          request={request}
          y={TOP + row * step}
          step={step}
          scale={scale}
        />
      ))}
    </svg>
  )
}

type BarProps = { request: KeptRequest; y: number; step: number; scale: Scale }

function Bar({ request, y, step, scale: { x } }: BarProps) {
  const { at, ttft, e2e, warmup, failed } = request
  const height = Math.max(1, step - (step > 4 ? 2 : 0.5))
  const [from, first, to] = [x(at), x(at + Math.min(ttft ?? e2e, e2e)), x(at + e2e)]
  return (
    <g className={css.request} data-kind={failed === undefined ? (warmup ? 'warmup' : 'good') : 'failed'}>
      <title>{titleOf(request)}</title>
      <rect className={css.wait} x={from} y={y} width={Math.max(0.5, first - from)} height={height} />
      {to > first && <rect x={first} y={y} width={Math.max(0.5, to - first)} height={height} />}
    </g>
  )
}

function titleOf({ index, ttft, tpot, e2e, input, output, warmup, failed }: KeptRequest): string {
  return [
    `Request ${index}${warmup ? ', warm-up' : ''}${failed === undefined ? '' : `, failed: ${failed}`}`,
    ttft === undefined ? undefined : `first token after ${metricText(ttft, 'ms')}`,
    tpot === undefined ? undefined : `${metricText(tpot, 'ms')} a token`,
    `${metricText(e2e, 'ms')} in all`,
    input === undefined && output === undefined ? undefined : `${input ?? '?'} + ${output ?? '?'} tokens`,
  ]
    .filter(Boolean)
    .join('\n')
}
