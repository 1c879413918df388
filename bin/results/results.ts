import type { Command } from 'commander'
import { loadShort } from '../../lib/load-words.ts'
import { agentName } from '../connection/agent-names.ts'
import { connect, type Options } from '../connection/connect.ts'
import { findId, findIds } from '../connection/find.ts'
import { collect } from '../connection/paging.ts'
import { clientCommand, command, wholeNumber } from '../terminal/command.ts'
import { printSome } from '../terminal/list.ts'
import { print, printJson, printTable, say } from '../terminal/output.ts'
import { type Column, when } from '../terminal/table.ts'
import { noteCommand, tagCommand } from './annotate.ts'
import { compareCommand } from './compare.ts'
import { exportCommand } from './export.ts'
import { type Filter, filterOptions, filterQuery, requireMetric, requireValues } from './filter.ts'
import { importCommand } from './import.ts'
import { judgeCommand } from './judge.ts'
import { setupsOf } from './setups-of.ts'
import { engineOf, headline, optionsOf, resultText } from './view.ts'

/** `kitt results`: the stored results. */
export const resultsCommand = (): Command =>
  command('results', 'Stored results: list, show, compare, tag, export, import.', [
    'kitt results list --engine vllm',
    'kitt results export --format csv -o results.csv',
    'kitt results import kitt-results',
  ])
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(compareCommand())
    .addCommand(judgeCommand())
    .addCommand(exportCommand())
    .addCommand(importCommand())
    .addCommand(tagCommand())
    .addCommand(noteCommand())
    .addCommand(removeCommand())

type Result = Record<string, unknown> & { id: string; model: string; engine: string; simulated: boolean }
const text = (value: unknown) => (typeof value === 'string' ? value : '')

/** The benchmarks of a result: `latency, throughput`. */
function benchmarksOf({ results }: Result): string {
  const names = Array.isArray(results) ? results.map((one) => text(one?.test_name)) : []
  return [...new Set(names)].filter(Boolean).join(', ')
}

const COLUMNS: Column<Result>[] = [
  { head: 'id', of: ({ id }) => id, kind: 'id' },
  { head: 'time', of: ({ timestamp }) => when(text(timestamp)), kind: 'time', extra: true },
  { head: 'model', of: ({ model, campaign_model }) => text(campaign_model) || model },
  { head: 'engine', of: engineOf },
  { head: 'load', of: (row) => loadShort(optionsOf(row)), kind: 'id' },
  { head: 'benchmark', of: benchmarksOf, extra: true },
  { head: 'suite', of: ({ suite_name }) => text(suite_name), extra: true },
  {
    head: 'state',
    of: ({ passed }) => (passed === true ? 'passed' : passed === false ? 'failed' : ''),
    kind: 'state',
  },
  { head: 'tok/s', of: (row) => headline(row, ['output_tps', 'avg_tps', 'tps']), kind: 'number' },
  { head: 'TTFT ms', of: (row) => headline(row, ['ttft_ms.p50', 'ttft_ms.avg', 'ttft_ms']), kind: 'number' },
]

const listCommand = () =>
  filterOptions(
    clientCommand('list', 'List results, newest first.', [
      'kitt results list --model Qwen2.5-7B --since 2026-01-01',
      'kitt results list --sort -metric:output_tps --limit 5',
    ]),
  )
    .option('--sort <key>', 'timestamp, model, engine or metric:<name>; with - in front: descending')
    .option('--limit <n>', 'how many at most', wholeNumber, 25)
    .action(
      async ({ json, limit, sort, ...options }: Options & Filter & { limit: number; sort?: string }) => {
        const { client } = connect(options)
        const query = { ...(await filterQuery(client, options)), ...(sort ? { sort } : {}) }
        const found = await collect<Result>(
          (page) => client.api.v1.results.$get({ query: { ...query, ...page } }),
          limit,
        )
        if (found.total === 0) await requireValues(client, options)
        const [, metric] = /^-?metric:(.+)$/.exec(sort ?? '') ?? []
        if (found.total === 0 && metric !== undefined)
          await requireMetric(client, await filterQuery(client, options), metric)
        printSome(found, COLUMNS, 'results', json)
      },
    )

const showCommand = () =>
  clientCommand('show', 'Show one result.', [
    'kitt results show 4f0c9a3be1d27586',
    'kitt results show <id> --json',
  ])
    .argument('<id>', 'the result')
    .action(async (asked: string, { json, ...to }: Options) => {
      const { client } = connect(to)
      const id = await findId(client, 'result', asked)
      const answer = await client.api.v1.results[':id'].$get({ param: { id } })
      // The stored text: parsing it could change numbers.
      if (json) return print((await answer.text()).trim())
      const result = await answer.json()
      const [agent, setups] = [await agentName(client, result.agent_id), await setupsOf(client, id)]
      printTable(resultText(result, { agent, setups }))
    })

const removeCommand = () =>
  clientCommand('rm', 'Delete results.', ['kitt results rm 4f0c9a3be1d27586'])
    .argument('<ids...>', 'the results')
    .action(async (asked: string[], { json, ...to }: Options) => {
      const { client } = connect(to)
      const ids = await findIds(client, 'result', asked)
      for (const id of ids) {
        await client.api.v1.results[':id'].$delete({ param: { id } })
        if (!json) say(`Deleted ${id}.`)
      }
      if (json) printJson({ deleted: ids })
    })
