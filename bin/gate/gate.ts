import { hostname } from 'node:os'
import { type Command, Option } from 'commander'
import type { Client } from '../../app/client/client.ts'
import { connect } from '../connection/connect.ts'
import { groupWithIds } from '../results/judge.ts'
import { addEngineOptions } from '../run/measure.ts'
import { addMeasureOptions } from '../run/options.ts'
import { clientCommand, several } from '../terminal/command.ts'
import { UsageError } from '../terminal/output.ts'
import { sentenceOf } from '../terminal/process.ts'
import { writeOut } from '../terminal/write-out.ts'
import { type Asked, askedFor, type GateOptions } from './asked.ts'
import { baselineAmong, judged } from './judged.ts'
import { junitOf } from './junit.ts'
import { requireMetrics } from './known-metrics.ts'
import { limit, limitLines } from './limits.ts'
import { measuredNow } from './measured.ts'
import { observedFor } from './observed.ts'
import { print } from './print.ts'
import { notCarriedOut, type Report, reportOf } from './report.ts'

const HELP = `
The candidate is results, the latest run of a --setup, or measured now (--run, with the options of "kitt run").
With --restart, each of --runs is a run of its own, after that command has started the engine anew; without it they are
repeats of one run. A single run is held against the noise of at least five earlier ones.

Exit codes: 0 same or better, 1 worse or beyond a limit, 2 used wrongly, 3 cannot tell (0 with --unclear pass),
4 not comparable, 5 could not be carried out, 130 interrupted.`

/** `kitt gate`: lets a candidate pass or not, for CI. */
export const gateCommand = (): Command =>
  addMeasureOptions(
    addEngineOptions(
      clientCommand('gate', 'Hold results, or a measurement made now, against a baseline; for CI.', [
        'kitt gate 4f0c9a3be1d27586 a0b1c2d3e4f50617 --baseline v1.2',
        'kitt gate --setup 9c1d2e3f4a5b6c7d                  its latest run against those before it',
        'kitt gate 4f0c9a3be1d27586 --baseline last:10 --markdown -o gate.md',
        "kitt gate 4f0c9a3be1d27586 --baseline v1.2 --limit 'ttft_ms.p95<300' --junit gate.xml",
        "kitt gate --run --url http://localhost:8000 --runs 3 --restart 'docker restart vllm && wait-for vllm' --baseline v1.2",
      ])
        .argument('[results...]', 'the results to judge')
        .option('--baseline <name>', 'hold it against this baseline, or last:N for the N runs before it')
        .option('--setup <id>', 'hold it against the latest segment of this setup')
        .option('--limit <check>', 'an absolute limit, like ttft_ms.p95<300; may be repeated', limit)
        .option('--metric <name>', 'judge only this metric; may be repeated', several)
        .addOption(
          new Option('--unclear <what>', 'what "cannot tell" means')
            .choices(['fail', 'pass'])
            .default('fail'),
        )
        .option('--markdown', 'print Markdown, for a pull request')
        .option('-o, --output <file>', 'write there what would be printed')
        .option('--junit <file>', 'also write the checks as JUnit XML')
        .option('--run', 'measure now, as "kitt run" does, and store the result on the server')
        .option('--url <url>', 'with --run: the address of the engine')
        .option(
          '--restart <command>',
          'with --run: a shell command that starts the engine anew before each run',
        ),
    ),
  )
    .option('--results-dir <folder>', 'with --run: where to write the result', 'kitt-results')
    .addHelpText('after', HELP)
    .action(gate)

async function gate(ids: string[], options: GateOptions) {
  const begun = new Date()
  const asked = askedFor(ids, options)
  const { client } = connect(options)
  const report = await reportFor(client, asked, options)
  if (typeof report === 'number') {
    process.exitCode = report
    return
  }
  const seconds = (Date.now() - begun.getTime()) / 1000
  if (options.junit) writeOut(options.junit, junitOf(report, { at: begun, host: hostname(), seconds }))
  print(report, asked, options)
  process.exitCode = report.exit_code
}

/** The report, or the exit code after a signal. What goes wrong on the way is a report too. @throws UsageError */
async function reportFor(client: Client, named: Asked, options: GateOptions): Promise<Report | number> {
  try {
    const asked = {
      ...named,
      candidate: named.candidate && (await groupWithIds(client, named.candidate)),
      base: named.base && (await groupWithIds(client, named.base)),
    }
    const measured = asked.candidate === null ? await measuredNow(options, client) : undefined
    if (measured?.code !== undefined) return measured.code
    const candidate = asked.candidate ?? { ids: measured?.ids ?? [] }
    const judgement = asked.base && (await judged(client, asked.base, candidate, options.metric))
    const ids = judgement?.runs.candidate ?? ('ids' in candidate ? candidate.ids : [])
    if (judgement) await requireMetrics(client, judgement, options.metric)
    const { observed, names } = await observedFor(client, asked.limits, judgement ?? undefined, ids)
    const own_runs = asked.base && judgement ? await baselineAmong(client, asked.base, judgement) : 0
    const isUnclearPassed = options.unclear === 'pass'
    const about = { ids, isUnclearPassed, names, own_runs }
    return reportOf(judgement ?? undefined, limitLines(asked.limits, observed), about)
  } catch (error) {
    if (error instanceof UsageError) throw error
    return notCarriedOut(withoutField(sentenceOf(error)))
  }
}

/** The sides are fields of the request, and no words of the one who typed the command. */
const withoutField = (sentence: string) => sentence.replace(/^(base|candidate): (?=[A-Z])/, '')
