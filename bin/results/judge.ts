import type { Client } from '../../app/client/client.ts'
import type { Group, Judgement } from '../../app/setups/schema.ts'
import { type ConnectOptions, connect } from '../connection/connect.ts'
import { findId, findIds } from '../connection/find.ts'
import { clientCommand, several } from '../terminal/command.ts'
import { print, printJson, printTable, UsageError } from '../terminal/output.ts'
import { linesOf, lineTable } from '../verdicts/lines.ts'
import { differenceText, reasonsInWords } from '../verdicts/words.ts'

type Options = ConnectOptions & { json?: boolean; against?: string[]; metric?: string[] }

export const judgeCommand = () =>
  clientCommand('judge', 'Say of each metric whether results are worse, better or the same as others.', [
    'kitt results judge 4f0c9a3be1d27586 a0b1c2d3e4f50617 --against 77aa1c2d3e4f5061 88bb1c2d3e4f5062',
    'kitt results judge <id> --against baseline:v1.2 --metric output_tps',
    'kitt results judge <id> --against last:10',
  ])
    .argument('<ids...>', 'the candidate: results, each one run')
    .requiredOption(
      '--against <base...>',
      'the base: results, or one of baseline:NAME, setup:ID, last:N (the N runs before)',
    )
    .option('--metric <name>', 'judge only this metric; may be repeated', several)
    .addHelpText('after', '\nThe verdicts do not change the exit code: "kitt gate" is for that.')
    .action(async (named: string[], { json, against = [], metric, ...to }: Options) => {
      const meant = groupOf(against)
      const { client } = connect(to)
      const ids = await findIds(client, 'result', named)
      const base = await groupWithIds(client, meant)
      const asked = { candidate: { ids }, base, ...(metric ? { metrics: metric } : {}) }
      const found = await (await client.api.v1.results.judge.$post({ json: asked })).json()
      if (json) return printJson(found)
      show(found)
    })

/** The base that `--against` names. @throws UsageError */
function groupOf(against: string[]) {
  const [only = ''] = against.length === 1 ? against : []
  const [, kind, name = ''] = /^(baseline|setup|last):(.+)$/.exec(only) ?? []
  if (kind === 'baseline') return { baseline: name }
  if (kind === 'setup') return { setup_id: name }
  if (kind !== 'last') return { ids: against }
  if (!/^\d{1,3}$/.test(name))
    throw new UsageError('--against last:N: N must be a whole number from 1 to 200.')
  return { last: Number(name) }
}

/** The group with whole ids instead of their beginnings. @throws CommandFailed */
export async function groupWithIds<G extends Group>(client: Client, group: G): Promise<G> {
  if ('ids' in group) return { ...group, ids: await findIds(client, 'result', group.ids) }
  if ('setup_id' in group) return { ...group, setup_id: await findId(client, 'setup', group.setup_id) }
  return group
}

function show(found: Judgement) {
  const { comparable, environment, left_out, summary } = found
  for (const remark of comparable.remarks) print(`remark: ${remark}`)
  const lines = linesOf(found)
  if (lines.length > 0) printTable(`\n${lineTable(lines)}\n`)
  const differs = comparable.level === 'not_comparable' ? comparable.differs : environment
  for (const one of differs) print(`changed: ${differenceText(one)}`)
  for (const { result_id, reasons } of left_out) print(`left out: ${result_id}: ${reasonsInWords(reasons)}`)
  print(summary.text)
}
