import { InvalidArgumentError } from 'commander'
import type { Client } from '../../app/client/client.ts'
import type { NoticeType, WebhookKind } from '../../app/notifications/schema.ts'
import { defined } from '../../lib/defined.ts'
import { DELIVERY_STATES, isOneOf, NOTICE_TYPES, USUAL_NOTICES, WEBHOOK_KINDS } from '../../lib/states.ts'
import { type ConnectOptions, connect } from '../connection/connect.ts'
import { clientCommand, several } from '../terminal/command.ts'
import { print, printJson, say, UsageError } from '../terminal/output.ts'

type AddOptions = ConnectOptions & {
  json?: boolean
  url?: string
  to?: string[]
  kind?: WebhookKind
  event?: NoticeType[]
  agent?: string[]
  model?: string[]
  tag?: string[]
}

/** The kind of a receiver by its host. */
const HOSTS: readonly (readonly [host: RegExp, kind: WebhookKind])[] = [
  [/(^|\.)hooks\.slack(-gov)?\.com$/, 'slack'],
  [/(^|\.)discord(app)?\.com$/, 'discord'],
  [/(^|\.)(logic\.azure\.com|api\.powerplatform\.com|webhook\.office\.com)$/, 'teams'],
]

export const addCommand = () =>
  clientCommand('add', 'Tell a receiver of events; the secret of its signatures is shown once.', [
    'kitt webhooks add team --url https://hooks.slack.com/services/…',
    'kitt webhooks add ci --url https://ci.lan/kitt --event alert.confirmed --event result.saved',
    'kitt webhooks add me --to me@example.org --event schedule.missed',
    '',
    `Events: ${NOTICE_TYPES.join(', ')}.`,
  ])
    .argument('<name>', 'its name')
    .option('--url <url>', 'where messages are sent')
    .option('--to <address>', 'instead of --url: who gets an email; may be given several times', several)
    .option('--kind <kind>', `${WEBHOOK_KINDS.join(', ')}; default: by the URL`, kindOf)
    .option('--event <event>', `may be given several times; default: ${USUAL_NOTICES.join(', ')}`, eventOf)
    .option('--agent <agent>', 'only of this agent; may be given several times', several)
    .option('--model <model>', 'only of this model; may be given several times', several)
    .option('--tag <tag>', 'only of this tag; may be given several times', several)
    .action(
      async (name: string, { json, url, to, kind, event, agent, model, tag, ...server }: AddOptions) => {
        if ((url === undefined) === (to === undefined))
          throw new UsageError('Say where messages go: --url, or --to for email.')
        const { client } = connect(server)
        const { api } = client
        const filter = { agents: agent ?? [], models: model ?? [], tags: tag ?? [] }
        const made = await (
          await api.v1.webhooks.$post({
            json: {
              ...{ name, filter, kind: kind ?? kindFor(url) },
              ...defined({ url, recipients: to, events: event }),
            },
          })
        ).json()
        for (const warning of await neverTold(client, filter)) say(`Warning: ${warning}`)
        if (json) return printJson(made)
        print(made.id)
        if (made.secret !== null) {
          say('The secret of its signatures, shown only once:')
          print(made.secret)
        }
        say(`"kitt webhooks test ${name}" sends a test message.`)
      },
    )

/** What a filter names and there is not, as sentences: nothing is told of it for now. */
async function neverTold({ api }: Client, filter: { agents: string[]; models: string[] }): Promise<string[]> {
  const warnings: string[] = []
  for (const q of filter.agents) {
    const { items, near } = await (await api.v1.names.$get({ query: { kind: 'agent', q } })).json()
    if (items.some(({ id, name }) => id === q || name === q)) continue
    warnings.push(`there is no agent "${q}", so nothing is told of it.${meant(near ?? items[0]?.name)}`)
  }
  for (const q of filter.models) {
    const { total } = await (await api.v1.results.$get({ query: { q, per_page: '1' } as never })).json()
    if (total > 0) continue
    const { near } = await (await api.v1.names.$get({ query: { kind: 'model', q } })).json()
    warnings.push(`no result has the model "${q}" so far.${meant(near)}`)
  }
  return warnings
}

const meant = (name: string | null | undefined) => (name ? ` Did you mean "${name}"?` : '')

function kindFor(url: string | undefined): WebhookKind {
  if (url === undefined) return 'email'
  const host = URL.canParse(url) ? new URL(url).hostname : ''
  return HOSTS.find(([pattern]) => pattern.test(host))?.[1] ?? 'json'
}

function kindOf(text: string): WebhookKind {
  if (isOneOf(WEBHOOK_KINDS, text)) return text
  throw new InvalidArgumentError(`It must be one of ${WEBHOOK_KINDS.join(', ')}.`)
}

function eventOf(text: string, before: NoticeType[] | undefined): NoticeType[] {
  if (isOneOf(NOTICE_TYPES, text)) return [...(before ?? []), text]
  throw new InvalidArgumentError(`It must be one of ${NOTICE_TYPES.join(', ')}.`)
}

/** For `--state`. */
export function stateOf(text: string): (typeof DELIVERY_STATES)[number] {
  if (isOneOf(DELIVERY_STATES, text)) return text
  throw new InvalidArgumentError(`It must be one of ${DELIVERY_STATES.join(', ')}.`)
}
