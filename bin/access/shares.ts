import type { Command } from 'commander'
import type { Client } from '../../app/client/client.ts'
import type { Share, SharedView } from '../../app/shares/schema.ts'
import { connect, type Options } from '../connection/connect.ts'
import { findId, findIds } from '../connection/find.ts'
import { oneMeant } from '../connection/meant.ts'
import { collect } from '../connection/paging.ts'
import { clientCommand, command } from '../terminal/command.ts'
import { print, printJson, printTable, say, UsageError } from '../terminal/output.ts'
import { type Column, table, when } from '../terminal/table.ts'
import { timeAgo } from '../terminal/time.ts'
import { expiryOf } from './expiry.ts'

/** `kitt shares`: links that show one view without a token. */
export const sharesCommand = (): Command =>
  command('shares', 'Links that show a result, a comparison or a series without a token.', [
    'kitt shares create 4f0c9a3be1d27586 --name "for the vendor"',
    'kitt shares list',
    'kitt shares revoke "for the vendor"',
  ])
    .addCommand(createCommand())
    .addCommand(listCommand())
    .addCommand(revokeCommand())

type CreateOptions = Options & {
  name: string
  setup?: string
  metric?: string
  since?: string
  expires: string
  hosts?: boolean
  notes?: boolean
}

const createCommand = () =>
  clientCommand('create', 'Create a link and print it, this once.', [
    'kitt shares create 4f0c9a3be1d27586 --name "for the vendor"',
    'kitt shares create 4f0c9a3be1d27586 93be1d275864f0ca --name "before and after" --expires 7d',
    'kitt shares create --setup 9c1d2e3f4a5b6c7d --metric output_tps --since 90d --name nightly',
    '',
    'One result is shown by itself, several as a comparison with the first. Everyone who has the',
    'link sees this view, and nothing else. It leaves out prompts and answers, and unless asked for',
    'the names and addresses of hosts and agents, notes and tags.',
  ])
    .argument('[results...]', 'one result, or those to compare')
    .requiredOption('--name <name>', 'what it is for, as lists show it')
    .option('--setup <id>', 'instead of results: a metric of this setup over time')
    .option('--metric <name>', 'with --setup: the metric')
    .option('--since <time>', 'with --setup: from this time on: 2026-01-31, or 90d, 12h ago', timeAgo)
    .option('--expires <when>', 'like 30d, 12h, 8w, 1y or 2027-01-31; at most a year', '30d')
    .option('--hosts', 'show the names and addresses of hosts and agents')
    .option('--notes', 'show notes and tags')
    .action(async (asked: string[], { json, name, expires, hosts, notes, ...given }: CreateOptions) => {
      const expires_at = expiryOf(expires)
      if (expires_at === null) throw new UsageError('--expires: a link expires after a year at the latest.')
      requireOneView(asked, given)
      const { client } = connect(given)
      const view = await viewOf(client, asked, given)
      const body = { name, view, expires_at, hosts: hosts ?? false, notes: notes ?? false }
      const made = await (await client.api.v1.shares.$post({ json: body })).json()
      if (json) return printJson(made)
      say(`The link "${name}", shown this once; it expires ${when(made.expires_at)}:`)
      print(made.url)
    })

type View = Pick<CreateOptions, 'setup' | 'metric' | 'since'>

/** @throws UsageError */
function requireOneView(results: readonly string[], { setup, metric, since }: View): void {
  if (results.length > 0 === (setup !== undefined))
    throw new UsageError('Name the results to show, or a setup with --setup and --metric.')
  if (setup !== undefined && metric === undefined)
    throw new UsageError('With --setup, name the metric to show with --metric.')
  if (setup === undefined && (metric ?? since) !== undefined)
    throw new UsageError('--metric and --since go with --setup.')
}

async function viewOf(client: Client, results: readonly string[], { setup, metric = '', since }: View) {
  if (setup !== undefined) {
    const setup_id = await findId(client, 'setup', setup)
    return { kind: 'series' as const, setup_id, metric, ...(since === undefined ? {} : { since }) }
  }
  const ids = await findIds(client, 'result', results)
  return ids.length === 1
    ? { kind: 'result' as const, id: ids[0] as string }
    : { kind: 'comparison' as const, ids }
}

/** `result 4f0c9a3be1d27586`, `comparison of 3 results`, `output_tps of setup 9c1d2e3f4a5b6c7d` */
function viewWords(view: Share['view']): string {
  const shown = view as SharedView
  if (shown.kind === 'series') return `${shown.metric} of setup ${shown.setup_id}`
  return shown.kind === 'result' ? `result ${shown.id}` : `comparison of ${shown.ids.length} results`
}

const alsoWords = ({ hosts, notes }: Share) =>
  [...(hosts ? ['hosts'] : []), ...(notes ? ['notes'] : [])].join(', ')

const COLUMNS: Column<Share>[] = [
  { head: 'id', of: ({ id }) => id, kind: 'id' },
  { head: 'name', of: ({ name }) => name },
  { head: 'shows', of: ({ view }) => viewWords(view), kind: 'id' },
  { head: 'with', of: alsoWords },
  { head: 'expires', of: ({ expires_at, expired }) => (expired ? 'expired' : when(expires_at)) },
  { head: 'made by', of: ({ created_by }) => created_by },
]

const listCommand = () =>
  clientCommand('list', 'List links with what they show; their secrets are not kept.', [
    'kitt shares list',
    'kitt shares list --json',
  ]).action(async ({ json, ...to }: Options) => {
    const items = await allShares(connect(to).client)
    if (json) return printJson({ items, total: items.length })
    if (items.length > 0) printTable(table(COLUMNS, items))
    else say('There are no shared links. "kitt shares create --help" shows how to make one.')
  })

export const allShares = async ({ api }: Client): Promise<Share[]> =>
  (await collect((page) => api.v1.shares.$get({ query: page }))).items

const revokeCommand = () =>
  clientCommand('revoke', 'Revoke links: they show nothing from then on.', [
    'kitt shares revoke "for the vendor"',
    'kitt shares revoke 4f0c9a3be1d27586',
  ])
    .argument('<links...>', 'their names, ids or the beginnings of ids')
    .action(async (asked: string[], { json, ...to }: Options) => {
      const { client } = connect(to)
      const known = await allShares(client)
      const found = asked.map((one) => oneMeant(known, one, { one: 'link', list: 'kitt shares list' }))
      for (const { id, name } of found) {
        await client.api.v1.shares[':id'].$delete({ param: { id } })
        if (!json) say(`Revoked ${name}.`)
      }
      if (json) printJson({ revoked: found.map(({ id }) => id) })
    })
