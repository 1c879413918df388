import type { BarDatum } from './BarsChart.tsx'
import { shortName } from './series.ts'

export type TickProps = { x: number; y: number; payload: { value: string } }

/** The name beside a bar, with a second line where it has one. */
export function NameTick({ x, y, payload, data }: TickProps & { data: BarDatum[] }) {
  const datum = data.find(({ key }) => key === payload.value)
  if (!datum) return null
  return (
    <text x={x} y={y} textAnchor="end" fontSize={12} fill="var(--dim)">
      <tspan x={x} dy={datum.sub ? '-0.15em' : '0.35em'}>
        {shortName(datum.name, 24)}
      </tspan>
      {datum.sub && (
        <tspan x={x} dy="1.15em" fontSize={11}>
          {shortName(datum.sub, 26)}
        </tspan>
      )}
    </text>
  )
}
