import type { Command } from 'commander'
import type { Delivery, Webhook } from '../../app/notifications/schema.ts'
import { connect, type Options } from '../connection/connect.ts'
import { collect } from '../connection/paging.ts'
import { clientCommand, command, wholeNumber } from '../terminal/command.ts'
import { printSome } from '../terminal/list.ts'
import { CommandFailed, printJson, printTable, say } from '../terminal/output.ts'
import { type Column, facts, table, when } from '../terminal/table.ts'
import { addCommand, stateOf } from './add.ts'
import { allWebhooks, findDeliveries, findWebhook } from './find-webhook.ts'

/** `kitt webhooks`: who is told of what. */
export const webhooksCommand = (): Command =>
  command('webhooks', 'Notifications: tell Slack, Discord, Teams, a mailbox or a program what happened.', [
    'kitt webhooks add team --url https://hooks.slack.com/services/…',
    'kitt webhooks test team',
    'kitt webhooks deliveries team',
  ])
    .addCommand(listCommand())
    .addCommand(addCommand())
    .addCommand(showCommand())
    .addCommand(testCommand())
    .addCommand(deliveriesCommand())
    .addCommand(redeliverCommand())
    .addCommand(switchCommand('on', 'Switch webhooks on: they are told of what happens from now on.', true))
    .addCommand(switchCommand('off', 'Switch webhooks off; what waits for them is given up.', false))
    .addCommand(removeCommand())

const stateText = ({ enabled, off_reason, failing_since }: Webhook): string => {
  if (!enabled) return off_reason ?? 'off'
  return failing_since === null ? 'on' : `failing since ${when(failing_since)}`
}

const targetText = ({ url, recipients }: Webhook) => url ?? recipients.join(', ')

const COLUMNS: Column<Webhook>[] = [
  { head: 'id', of: ({ id }) => id },
  { head: 'name', of: ({ name }) => name },
  { head: 'kind', of: ({ kind }) => kind },
  { head: 'to', of: targetText },
  { head: 'state', of: stateText },
  { head: 'waiting', of: ({ waiting }) => (waiting > 0 ? String(waiting) : ''), kind: 'number' },
  { head: 'events', of: ({ events }) => events.join(', ') },
]

const listCommand = () =>
  clientCommand('list', 'List webhooks by name.', ['kitt webhooks list']).action(
    async ({ json, ...to }: Options) => {
      const items = await allWebhooks(connect(to).client)
      if (json) return printJson({ items, total: items.length })
      if (items.length > 0) printTable(table(COLUMNS, items))
      else say('There are no webhooks. "kitt webhooks add --help" shows how to make one.')
    },
  )

const showCommand = () =>
  clientCommand('show', 'Show one webhook.', ['kitt webhooks show team'])
    .argument('<webhook>', 'its name or id')
    .action(async (asked: string, { json, ...to }: Options) => {
      const webhook = await findWebhook(connect(to).client, asked)
      if (json) return printJson(webhook)
      const { id, name, kind, events, filter, waiting } = webhook
      printTable(
        facts([
          ...Object.entries({ id, name, kind, to: targetText(webhook), state: stateText(webhook), waiting }),
          ['events', events],
          ...Object.entries(filter).filter(([, list]) => list.length > 0),
          ['created_at', when(webhook.created_at)],
          ['updated_at', when(webhook.updated_at)],
        ]),
      )
    })

const testCommand = () =>
  clientCommand('test', 'Send a test message now; exit code 1 if it does not arrive.', [
    'kitt webhooks test team',
  ])
    .argument('<webhook>', 'its name or id')
    .action(async (asked: string, { json, ...to }: Options) => {
      const { client } = connect(to)
      const { id, name } = await findWebhook(client, asked)
      const sent = await (await client.api.v1.webhooks[':id'].test.$post({ param: { id } })).json()
      if (json) printJson(sent)
      if (sent.state !== 'delivered')
        throw new CommandFailed(`The message did not arrive. ${sent.error ?? ''} ${sent.response}`.trim())
      if (!json) say(`${name} took the message in ${sent.duration_ms ?? 0} ms.`)
    })

const DELIVERIES: Column<Delivery>[] = [
  { head: 'id', of: ({ id }) => id },
  { head: 'at', of: ({ at }) => when(at) },
  { head: 'event', of: ({ type }) => type },
  { head: 'state', of: ({ state }) => state.replace('_', ' ') },
  { head: 'attempts', of: ({ attempts }) => String(attempts), kind: 'number' },
  { head: 'next', of: ({ next_at }) => (next_at ? when(next_at) : '') },
  { head: 'status', of: ({ status }) => String(status ?? ''), kind: 'number' },
  { head: 'message', of: ({ title }) => title },
  { head: 'error', of: ({ error, response }) => (error ? `${error} ${response}`.trim() : '') },
]

type DeliveryOptions = Options & { state?: Delivery['state']; limit: number }

const deliveriesCommand = () =>
  clientCommand('deliveries', 'List the messages of a webhook, newest first.', [
    'kitt webhooks deliveries team',
    'kitt webhooks deliveries team --state given_up',
  ])
    .argument('<webhook>', 'its name or id')
    .option('--state <state>', 'waiting, delivered or given_up', stateOf)
    .option('--limit <n>', 'how many at most', wholeNumber, 25)
    .action(async (asked: string, { json, state, limit, ...to }: DeliveryOptions) => {
      const { client } = connect(to)
      const { id } = await findWebhook(client, asked)
      const list = client.api.v1.webhooks[':id'].deliveries
      const filter = state === undefined ? {} : { state }
      const found = await collect(
        (page) => list.$get({ param: { id }, query: { ...filter, ...page } }),
        limit,
      )
      printSome(found, DELIVERIES, 'messages', json)
    })

const redeliverCommand = () =>
  clientCommand('redeliver', 'Send messages again, with the ids that they had.', [
    'kitt webhooks redeliver 4f0c9a3be1d27586',
  ])
    .argument('<deliveries...>', 'ids of "kitt webhooks deliveries"')
    .action(async (asked: string[], { json, ...to }: Options) => {
      const { client } = connect(to)
      const ids = await findDeliveries(client, asked)
      for (const id of ids) {
        await client.api.v1.deliveries[':id'].redeliver.$post({ param: { id } })
        if (!json) say(`${id} is sent again.`)
      }
      if (json) printJson({ redelivering: ids })
    })

const switchCommand = (word: string, description: string, enabled: boolean) =>
  clientCommand(word, description, [`kitt webhooks ${word} team`])
    .argument('<webhooks...>', 'their names or ids')
    .action(async (asked: string[], { json, ...to }: Options) => {
      const { client } = connect(to)
      const changed: string[] = []
      for (const one of asked) {
        const { id, name } = await findWebhook(client, one)
        await client.api.v1.webhooks[':id'].$put({ param: { id }, json: { enabled } })
        changed.push(id)
        if (!json) say(`${name} is ${word}.`)
      }
      if (json) printJson({ enabled, webhooks: changed })
    })

const removeCommand = () =>
  clientCommand('rm', 'Remove webhooks with their messages.', ['kitt webhooks rm team'])
    .argument('<webhooks...>', 'their names or ids')
    .action(async (asked: string[], { json, ...to }: Options) => {
      const { client } = connect(to)
      const removed: string[] = []
      for (const one of asked) {
        const { id, name } = await findWebhook(client, one)
        await client.api.v1.webhooks[':id'].$delete({ param: { id } })
        removed.push(id)
        if (!json) say(`Removed ${name}.`)
      }
      if (json) printJson({ removed })
    })
