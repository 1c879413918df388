import { type Command, Option } from 'commander'
import type { Client } from '../../app/client/client.ts'
import type { ApiToken } from '../../app/tokens/schema.ts'
import { TOKEN_SCOPES } from '../../lib/states.ts'
import { connect, type Options } from '../connection/connect.ts'
import { oneMeant } from '../connection/meant.ts'
import { collect } from '../connection/paging.ts'
import { clientCommand, command } from '../terminal/command.ts'
import { print, printJson, printTable, say } from '../terminal/output.ts'
import { type Column, table, when } from '../terminal/table.ts'
import { rotateCommand } from '../web/token.ts'
import { expiryOf } from './expiry.ts'

/** `kitt token`: tokens of people and programs, and the admin token of this machine's server. */
export const tokenCommand = (): Command =>
  command('token', 'Tokens for people and programs, by what they may do.', [
    'kitt token create --name ci --scope run --expires 90d',
    'kitt token list',
    'kitt token revoke ci',
  ])
    .addCommand(createCommand())
    .addCommand(listCommand())
    .addCommand(revokeCommand())
    .addCommand(rotateCommand())

type CreateOptions = Options & { name: string; scope: ApiToken['scope']; expires: string }

const createCommand = () =>
  clientCommand('create', 'Create a token and print it, this once.', [
    'kitt token create --name ci --scope run --expires 90d',
    'kitt token create --name grafana --scope read --expires never',
    'KITT_TOKEN=$(kitt token create --name nightly --scope run) kitt campaign list',
    '',
    'Scopes: read sees everything but tokens and the audit; run also launches tests and',
    'campaigns and imports results, and so runs engines on the hosts; admin does everything.',
  ])
    .requiredOption('--name <name>', 'its name, which the audit shows')
    .addOption(
      new Option('--scope <scope>', 'what it may do').choices([...TOKEN_SCOPES]).makeOptionMandatory(),
    )
    .option('--expires <when>', 'like 90d, 12h, 8w, 1y, 2027-01-31, or never', '90d')
    .action(async ({ json, name, scope, expires, ...to }: CreateOptions) => {
      const expires_at = expiryOf(expires)
      const { api } = connect(to).client
      const made = await (await api.v1.tokens.$post({ json: { name, scope, expires_at } })).json()
      if (json) return printJson({ ...made, expires_at })
      const end = expires_at === null ? 'it does not expire' : `it expires ${when(expires_at)}`
      say(`The token "${name}" with the scope ${scope}, shown this once; ${end}:`)
      print(made.token)
    })

const COLUMNS: Column<ApiToken>[] = [
  { head: 'id', of: ({ id }) => id },
  { head: 'name', of: ({ name }) => name },
  { head: 'scope', of: ({ scope }) => scope },
  { head: 'state', of: ({ state }) => state, kind: 'state' },
  { head: 'token', of: ({ prefix }) => `${prefix}…` },
  { head: 'expires', of: ({ expires_at }) => (expires_at ? when(expires_at) : 'never') },
  { head: 'last used', of: ({ last_used_at }) => when(last_used_at) },
  { head: 'made by', of: ({ created_by }) => created_by },
]

const listCommand = () =>
  clientCommand('list', 'List tokens with their state and last use.', [
    'kitt token list',
    'kitt token list --all --json',
  ])
    .option('--all', 'those that were revoked, too')
    .action(async ({ json, all, ...to }: Options & { all?: boolean }) => {
      const found = await allTokens(connect(to).client)
      const items = all ? found : found.filter(({ state }) => state !== 'revoked')
      if (json) return printJson({ items, total: items.length })
      if (items.length > 0) printTable(table(COLUMNS, items))
      else say('There are no tokens but the admin token. "kitt token create --help" shows how to make one.')
    })

export const allTokens = async ({ api }: Client): Promise<ApiToken[]> =>
  (await collect((page) => api.v1.tokens.$get({ query: page }))).items

const revokeCommand = () =>
  clientCommand('revoke', 'Revoke tokens: they stop working at once.', [
    'kitt token revoke ci',
    'kitt token revoke 4f0c9a3be1d27586',
  ])
    .argument('<tokens...>', 'their names, ids or the beginnings of ids')
    .action(async (asked: string[], { json, ...to }: Options) => {
      const { client } = connect(to)
      const live = (await allTokens(client)).filter(({ state }) => state !== 'revoked')
      const found = asked.map((one) => oneMeant(live, one, { one: 'token', list: 'kitt token list' }))
      for (const { id, name } of found) {
        await client.api.v1.tokens[':id'].$delete({ param: { id } })
        if (!json) say(`Revoked ${name}.`)
      }
      if (json) printJson({ revoked: found.map(({ id }) => id) })
    })
