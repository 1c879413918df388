import { shortName } from './series.ts'

export type TickProps = { x: number; y: number; payload: { value: string } }
type Props = Pick<TickProps, 'x' | 'y'> & { name: string; sub?: string | undefined }

/** The name beside a bar, with a second line where it has one. */
export function NameTick({ x, y, name, sub }: Props) {
  return (
    <text x={x} y={y} textAnchor="end" fontSize={12} fill="var(--dim)">
      <tspan x={x} dy={sub ? '-0.15em' : '0.35em'}>
        {shortName(name, 24)}
      </tspan>
      {sub && (
        <tspan x={x} dy="1.15em" fontSize={11}>
          {shortName(sub, 26)}
        </tspan>
      )}
    </text>
  )
}
