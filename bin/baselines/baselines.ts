import type { Command } from 'commander'
import type { Baseline } from '../../app/setups/schema.ts'
import { connect, type Options } from '../connection/connect.ts'
import { findId, findIds } from '../connection/find.ts'
import { collect } from '../connection/paging.ts'
import { clientCommand, command, wholeNumber } from '../terminal/command.ts'
import { printSome } from '../terminal/list.ts'
import { printJson, printTable, say, UsageError } from '../terminal/output.ts'
import { type Column, facts, when } from '../terminal/table.ts'

/** `kitt baselines`: names for what candidates are held against. */
export const baselinesCommand = (): Command =>
  command('baselines', 'Names for runs that candidates are held against.', [
    'kitt baselines set v1.2 --setup 9c1d2e3f4a5b6c7d',
    'kitt gate 4f0c9a3be1d27586 --baseline v1.2',
  ])
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(setCommand())
    .addCommand(removeCommand())

const pointsTo = ({ setup_id, segment, ids }: Baseline) =>
  setup_id === null ? `${ids?.length ?? 0} results` : `setup ${setup_id} from ${when(segment)}`

const COLUMNS: Column<Baseline>[] = [
  { head: 'name', of: ({ name }) => name },
  { head: 'points to', of: pointsTo },
  { head: 'valid runs', of: ({ runs }) => String(runs), kind: 'number' },
  { head: 'changed', of: ({ updated_at }) => when(updated_at), kind: 'time', extra: true },
  { head: 'note', of: ({ note }) => note },
]

const listCommand = () =>
  clientCommand('list', 'List baselines.', ['kitt baselines list'])
    .option('--limit <n>', 'how many at most', wholeNumber, 100)
    .action(async ({ json, limit, ...to }: Options & { limit: number }) => {
      const { api } = connect(to).client
      const found = await collect((query) => api.v1.baselines.$get({ query }), limit)
      printSome(found, COLUMNS, 'baselines', json)
    })

const showCommand = () =>
  clientCommand('show', 'Show one baseline.', ['kitt baselines show v1.2'])
    .argument('<name>', 'the baseline')
    .action(async (name: string, { json, ...to }: Options) => {
      const { api } = connect(to).client
      const found = await (await api.v1.baselines[':name'].$get({ param: { name } })).json()
      if (json) return printJson(found)
      printTable(shown(found))
    })

const shown = ({ created_at, updated_at, segment, ...rest }: Baseline) =>
  facts([
    ...Object.entries(rest),
    ['segment', segment && `from ${when(segment)}`],
    ['created_at', when(created_at)],
    ['updated_at', when(updated_at)],
  ])

type Given = Options & { setup?: string; segment?: string; note?: string }

const setCommand = () =>
  clientCommand('set', 'Name results or a segment of a setup; an existing name is pointed at them.', [
    'kitt baselines set v1.2 4f0c9a3be1d27586 a0b1c2d3e4f50617 --note "release 1.2"',
    'kitt baselines set nightly --setup 9c1d2e3f4a5b6c7d',
  ])
    .argument('<name>', 'the name')
    .argument('[results...]', 'the results; they cannot be deleted while it names them')
    .option('--setup <id>', 'instead of results: the latest segment of this setup')
    .option('--segment <time>', 'with --setup: the segment at this time')
    .option('--note <text>', 'what it is for')
    .action(async (name: string, ids: string[], { json, ...given }: Given) => {
      const asked = bodyOf(ids, given)
      const { client } = connect(given)
      const body =
        'setup_id' in asked
          ? { ...asked, setup_id: await findId(client, 'setup', asked.setup_id) }
          : { ...asked, ids: await findIds(client, 'result', asked.ids) }
      const found = await (
        await client.api.v1.baselines[':name'].$put({ param: { name }, json: body })
      ).json()
      if (json) return printJson(found)
      say(`${found.name} points to ${pointsTo(found)} with ${found.runs} valid runs.`)
    })

function bodyOf(ids: string[], { setup, segment, note }: Given) {
  const noted = note === undefined ? {} : { note }
  if (ids.length > 0 && setup === undefined && segment === undefined) return { ids, ...noted }
  if (ids.length === 0 && setup !== undefined)
    return { setup_id: setup, ...(segment === undefined ? {} : { segment }), ...noted }
  throw new UsageError('Name results, or a setup with --setup, not both.')
}

const removeCommand = () =>
  clientCommand('rm', 'Delete baselines; their results stay.', ['kitt baselines rm v1.2'])
    .argument('<names...>', 'the baselines')
    .action(async (names: string[], { json, ...to }: Options) => {
      const { api } = connect(to).client
      for (const name of names) {
        await api.v1.baselines[':name'].$delete({ param: { name } })
        if (!json) say(`Deleted ${name}.`)
      }
      if (json) printJson({ deleted: names })
    })
