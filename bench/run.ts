import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createBench } from './bench.ts'
import { GENERATOR } from './generator.ts'
import { IMPORTS } from './imports.ts'
import { LIFETIME } from './lifetime.ts'
import { RESULTS } from './lists.ts'
import { NOTIFICATIONS } from './notifications.ts'
import { asRow, HELP, heading, listOf } from './print.ts'
import type { Runtime } from './processes.ts'
import { READS } from './reads.ts'
import { REMOTE } from './remote.ts'
import { REQUESTS } from './requests.ts'
import { type Measured, reached, type Scenario } from './scenario.ts'
import { STREAMS } from './streams.ts'

// npm run bench [-- name …]: the built server under load, against baselines measured in the same run. See README.md.

const SCENARIOS = [
  ...REQUESTS,
  ...READS,
  ...RESULTS,
  ...STREAMS,
  ...NOTIFICATIONS,
  ...LIFETIME,
  ...IMPORTS,
  ...REMOTE,
  ...GENERATOR,
]
const RUNTIMES: Record<string, Runtime[]> = { node: ['node'], bun: ['bun'], both: ['node', 'bun'] }

const { values: flags, positionals: names } = parseArgs({
  allowPositionals: true,
  options: {
    runtime: { type: 'string', default: 'node' },
    json: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
})

type Row = { name: string; runtime: Runtime } & Pick<Scenario, 'unit' | 'target'> &
  Measured & { reached: boolean }

async function measure(folder: string, scenario: Scenario, runtime: Runtime): Promise<Row[]> {
  const { name, unit, target } = scenario
  const say = (line: string) => process.stderr.write(`${name} on ${runtime}: ${line}\n`)
  const bench = createBench(folder, runtime, say)
  try {
    say('…')
    const measured = await scenario.run(bench)
    const parts = Array.isArray(measured) ? measured : [{ name, target, ...measured }]
    return parts.map((part) => ({ runtime, unit, ...part, reached: reached(part, part) }))
  } finally {
    await bench.close()
  }
}

async function measureAll(runtimes: Runtime[]): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'kitt-bench-'))
  const rows: Row[] = []
  if (!flags.json) console.log(heading)
  try {
    for (const scenario of SCENARIOS.filter(({ name }) => names.length === 0 || names.includes(name)))
      for (const runtime of runtimes) {
        const measured = await measure(folder, scenario, runtime)
        rows.push(...measured)
        if (!flags.json) for (const row of measured) console.log(asRow(row))
      }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  return rows
}

async function main(): Promise<number> {
  const unknown = names.filter((name) => !SCENARIOS.some((one) => one.name === name))
  const runtimes = RUNTIMES[flags.runtime]
  if (unknown.length > 0 || !runtimes) {
    const what =
      unknown.length > 0 ? `no scenario "${unknown.join('", "')}"` : `no runtime "${flags.runtime}"`
    process.stderr.write(`There is ${what}. See --list and --help.\n`)
    return 2
  }
  const rows = await measureAll(runtimes)
  if (flags.json) console.log(JSON.stringify(rows, null, 2))
  // With both runtimes, the targets are for Node.
  return flags.check && rows.some((row) => !row.reached && row.runtime === runtimes[0]) ? 1 : 0
}

if (flags.help) console.log(HELP)
else if (flags.list) console.log(listOf(SCENARIOS))
else process.exitCode = await main()
