import type { Measured, Scenario } from './scenario.ts'

export const HELP = `Usage: npm run bench -- [name ...] [options]

Starts the built server in its own process, loads it from another, and compares it with a baseline that is measured
in turn with it.

  --runtime node|bun|both   the runtime of the server and the baseline (default: node)
  --check                   exit with 1 if a target is missed
  --json                    print JSON
  --list                    list the scenarios and their targets
  --help                    show this text`

const goal = ({ target }: Pick<Scenario, 'target'>) =>
  'atLeast' in target ? `>= ${target.atLeast}` : `<= ${target.atMost}`

export const listOf = (scenarios: Scenario[]): string =>
  scenarios.map((one) => `${one.name.padEnd(24)} ${goal(one).padStart(8)} ${one.unit}`).join('\n')

const WIDTHS = [24, 8, 10, 9, 9, 9]

const line = (first: string, cells: string[], last: string) =>
  `${first.padEnd(WIDTHS[0] ?? 0)}${cells.map((cell, i) => cell.padStart(WIDTHS[i + 1] ?? 9)).join('')}   ${last}`

export const heading = line('scenario', ['', '/s', 'p50 ms', 'p99 ms', 'MB'], 'reached')

const shown = (value: number | undefined, digits = 1) => (value === undefined ? '' : value.toFixed(digits))

type Row = { name: string; runtime: string; reached: boolean } & Pick<Scenario, 'unit' | 'target'> & Measured

export function asRow(row: Row): string {
  const cells = [row.runtime, shown(row.rps, 0), shown(row.p50), shown(row.p99), shown(row.memory_mb, 0)]
  const failed = row.failed ? `, ${row.failed} failed` : ''
  return line(
    row.name,
    cells,
    `${row.reached ? 'yes' : 'NO '} ${row.value.toFixed(row.value < 0.1 ? 3 : 2)} ${row.unit} (${goal(row)})${failed}`,
  )
}
