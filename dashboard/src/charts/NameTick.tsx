import { useMediaQuery } from '@mantine/hooks'
import { shortName } from './series.ts'

export type TickProps = { x: number; y: number; payload: { value: string } }
type Props = Pick<TickProps, 'x' | 'y'> & { name: string; sub?: string | undefined; width: number }

/** The width for names beside bars, CSS pixels: where there is space, long ones are shown whole. */
export const useNameWidth = (): number =>
  useMediaQuery('(min-width: 1100px)', false, { getInitialValueInEffect: false }) ? 270 : 170

/** CSS pixels of a character, of a name and of its second line. */
const NAME = 7
const SUB = 6.4

/** The name beside a bar, with a second line where it has one. */
export function NameTick({ x, y, name, sub, width }: Props) {
  return (
    <text x={x} y={y} textAnchor="end" fontSize={12} fill="var(--dim)">
      <tspan x={x} dy={sub ? '-0.15em' : '0.35em'}>
        {shortName(name, Math.floor(width / NAME))}
      </tspan>
      {sub && (
        <tspan x={x} dy="1.15em" fontSize={11}>
          {shortName(sub, Math.floor(width / SUB))}
        </tspan>
      )}
    </text>
  )
}
