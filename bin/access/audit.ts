import type { Command } from 'commander'
import type { AuditEntry } from '../../app/audit/schema.ts'
import type { Client } from '../../app/client/client.ts'
import { defined } from '../../lib/defined.ts'
import { didYouMean } from '../../lib/nearest.ts'
import { type ConnectOptions, connect } from '../connection/connect.ts'
import { collect } from '../connection/paging.ts'
import { clientCommand, wholeNumber } from '../terminal/command.ts'
import { printSome } from '../terminal/list.ts'
import { CommandFailed } from '../terminal/output.ts'
import { type Column, when } from '../terminal/table.ts'
import { timeAgo } from '../terminal/time.ts'
import { auditTarget } from './audit-target.ts'
import { allTokens } from './tokens.ts'

type Options = ConnectOptions & {
  json?: boolean
  actor?: string
  action?: string
  target?: string
  since?: string
  refused?: boolean
  limit: number
}

const COLUMNS: Column<AuditEntry>[] = [
  { head: 'at', of: ({ at }) => when(at) },
  { head: 'actor', of: ({ actor }) => actor },
  { head: 'action', of: ({ action }) => action },
  { head: 'target', of: ({ target }) => target },
  { head: 'outcome', of: ({ outcome }) => outcome, kind: 'state' },
  { head: 'from', of: ({ address }) => address },
  { head: 'summary', of: ({ summary }) => summary },
]

/** `kitt audit`: who changed what, and who was refused. */
export const auditCommand = (): Command =>
  clientCommand('audit', 'Who changed what, and who was refused, the newest first; kept for 180 days.', [
    'kitt audit',
    'kitt audit --actor ci --since 7d',
    'kitt audit --action campaigns --json',
    'kitt audit --refused',
  ])
    .option('--actor <name>', 'only of this token, of admin, or of anonymous')
    .option('--action <action>', 'only this action, or all that begin with it: campaigns')
    .option('--target <id>', 'only what was changed on this, by id or name')
    .option('--since <time>', 'from this time on, such as 7d or 2026-01-31', timeAgo)
    .option('--refused', 'only what was refused')
    .option('--limit <n>', 'how many at most', wholeNumber, 50)
    .action(async ({ json, limit, actor, action, target, since, refused, ...to }: Options) => {
      const { client } = connect(to)
      const outcome = refused ? ('refused' as const) : undefined
      const on = target === undefined ? undefined : await auditTarget(client, target)
      const filter = defined({ actor, action, target: on, since, outcome })
      const found = await collect(
        (page) => client.api.v1.audit.$get({ query: { ...filter, ...page } }),
        limit,
      )
      if (found.total === 0) await requireKnown(client, { actor, action })
      printSome(found, COLUMNS, 'entries', json)
    })

/** Explains a list that is empty because of an action or an actor that there is not. @throws CommandFailed with those that there are */
async function requireKnown(
  client: Client,
  { actor, action }: Partial<Record<'actor' | 'action', string | undefined>>,
) {
  if (action !== undefined) {
    const { AUDITED_ACTIONS: actions } = await import('../../app/api/audited.ts')
    const areas = [...new Set(actions.map((one) => one.replace(/\..*$/, '')))].sort()
    const isKnown = actions.some((one) => one === action || one.startsWith(`${action}.`))
    if (!isKnown) throw noneHas('action', action, [...areas, ...actions], areas)
  }
  if (actor === undefined || actor.startsWith('agent ')) return
  const actors = ['admin', 'anonymous', ...(await allTokens(client)).map(({ name }) => name)]
  if (!actors.includes(actor)) throw noneHas('actor', actor, actors, actors)
}

/** The most names that an error lists. */
const SHOWN = 40

function noneHas(kind: string, asked: string, known: readonly string[], shown: readonly string[]) {
  const more = shown.length > SHOWN ? ` and ${shown.length - SHOWN} more` : ''
  const list = `${shown.slice(0, SHOWN).join(', ')}${more}`
  return new CommandFailed(
    `No entry has the ${kind} "${asked}". ${didYouMean(asked, known)}There are ${list}.`,
  )
}
