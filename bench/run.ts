import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createClient } from '../app/client.ts'
import { type Load, load } from './load.ts'
import { SCENARIOS, type Scenario } from './scenarios.ts'

// npm run bench [-- name] [-- --json]: the built server under load, beside a bare Hono route in the same run.

const TOKEN = 'bench-token-0123456789'
const PORT = 21_000 + (process.pid % 5000)
const SECONDS = 3
const ROUNDS = 3
const args = process.argv.slice(2)
const asked = args.filter((word) => !word.startsWith('--'))

type Row = {
  name: string
  rps: number
  p50: number
  p99: number
  failed: number
  ratio: number
  at_least: number
}

const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

function start(file: string, words: string[], env: Record<string, string>): ChildProcess {
  const path = fileURLToPath(new URL(file, import.meta.url))
  return spawn(process.execPath, [path, ...words], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: 'ignore',
  })
}

async function answers(port: number) {
  for (let tries = 0; tries < 200; tries++) {
    if ((await fetch(`http://127.0.0.1:${port}/api/v1/health`).catch(() => undefined))?.ok) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`Nothing answers on port ${port}.`)
}

/** Alternates between the server and the yardstick, so that both meet the same machine. */
async function measure(scenario: Scenario): Promise<Row> {
  const client = createClient({ baseUrl: `http://127.0.0.1:${PORT}`, token: TOKEN })
  const shot = await scenario.prepare(client, TOKEN)
  const ratios: number[] = []
  const runs: Load[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const bare = await load(PORT + 1, shot, SECONDS)
    const ours = await load(PORT, (n) => shot(round * 1_000_000 + n), SECONDS)
    runs.push(ours)
    ratios.push(ours.rps / bare.rps)
  }
  const of = (key: keyof Load) => median(runs.map((run) => run[key]))
  return {
    name: scenario.name,
    rps: of('rps'),
    p50: of('p50'),
    p99: of('p99'),
    failed: of('failed'),
    ratio: median(ratios),
    at_least: scenario.atLeast,
  }
}

const home = mkdtempSync(join(tmpdir(), 'kitt-bench-'))
const flags = ['web', '--insecure', '--host', '127.0.0.1', '--port', String(PORT), '--log-level', 'silent']
const children = [
  start('../../dist/bin/kitt.js', flags, { KITT_HOME: home, KITT_AUTH_TOKEN: TOKEN }),
  start('./yardstick.js', [String(PORT + 1)], {}),
]
try {
  await Promise.all([answers(PORT), answers(PORT + 1)])
  const rows: Row[] = []
  for (const scenario of SCENARIOS.filter(({ name }) => asked.length === 0 || asked.includes(name))) {
    const row = await measure(scenario)
    rows.push(row)
    if (!args.includes('--json'))
      console.log(
        `${row.name.padEnd(18)} ${row.rps.toFixed(0).padStart(7)} /s   p50 ${row.p50.toFixed(1)} ms   p99 ${row.p99.toFixed(1)} ms   ratio ${row.ratio.toFixed(2)} (at least ${row.at_least})${row.failed ? `   ${row.failed} failed` : ''}`,
      )
  }
  if (args.includes('--json')) console.log(JSON.stringify(rows))
} finally {
  for (const child of children) child.kill()
  await Promise.all(
    children.map(
      (child) =>
        new Promise((resolve) => (child.exitCode === null ? child.once('exit', resolve) : resolve(0))),
    ),
  )
  rmSync(home, { recursive: true, force: true })
}
