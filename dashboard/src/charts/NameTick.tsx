import { useMediaQuery } from '@mantine/hooks'
import { visibleText } from '../lib/visible-text.ts'
import { below, belowEnd } from './axes.ts'
import { shortName } from './series.ts'

export type TickProps = { x: number; y: number; payload: { value: string } }
type Named = { name: string; sub?: string | undefined }
type Props = Pick<TickProps, 'x' | 'y'> & Named & { width: number }

/** CSS pixels of a character, of a name and of its second line. */
const NAME = 6.6
const SUB = 6.1
/** From a name to its bar. */
const GAP = 12
const LEAST = 90

/** The width for names beside bars, CSS pixels: where there is space, all of the longest. */
export function useNameWidth(names: readonly Named[]): number {
  const isWide = useMediaQuery('(min-width: 1100px)', false, { getInitialValueInEffect: false })
  const longest = Math.max(
    LEAST,
    ...names.map(({ name, sub = '' }) => Math.max(visibleText(name).length * NAME, sub.length * SUB)),
  )
  return Math.min(longest + GAP, isWide ? 310 : 170)
}

/** The label of the values that bars with names beside them stand for. */
export function useValueLabel(value: string) {
  const isNarrow = useMediaQuery('(max-width: 560px)', false, { getInitialValueInEffect: false })
  return (isNarrow ? belowEnd : below)(value)
}

/** The name beside a bar, with a second line where it has one. */
export function NameTick({ x, y, name, sub, width }: Props) {
  return (
    <text x={x} y={y} textAnchor="end" fontSize={12} fill="var(--dim)">
      <tspan x={x} dy={sub ? '-0.15em' : '0.35em'}>
        {shortName(visibleText(name), Math.floor((width - GAP + 1) / NAME))}
      </tspan>
      {sub && (
        <tspan x={x} dy="1.15em" fontSize={11}>
          {shortName(visibleText(sub), Math.floor((width - GAP + 1) / SUB))}
        </tspan>
      )}
    </text>
  )
}
