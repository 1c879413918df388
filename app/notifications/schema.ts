import { z } from 'zod'
import { DELIVERY_STATES, NOTICE_TYPES, USUAL_NOTICES, WEBHOOK_KINDS } from '../../lib/states.ts'
import { Id, NewName, Paging, Text } from '../http/fields.ts'

export const WebhookKind = z.enum(WEBHOOK_KINDS)
export type WebhookKind = z.infer<typeof WebhookKind>
export const NoticeType = z.enum(NOTICE_TYPES)
export type NoticeType = z.infer<typeof NoticeType>
export const DeliveryState = z.enum(DELIVERY_STATES)

/** The URL of a receiver. It may be a secret, as those of Slack are: answers never have it. */
const Url = Text(2000).refine(
  isReceiver,
  'must be a URL that begins with https:// or http://, without user name and password',
)

/** One address; lists and names beside it are refused, so that nothing can be added to the header. */
const Recipient = Text(254).regex(
  /^[^\s@<>,;:"'()[\]\\]{1,64}@[^\s@<>,;:"'()[\]\\]{1,189}$/,
  'must be an email address',
)

const Events = z.array(NoticeType).min(1).max(NOTICE_TYPES.length)

/** What it is told of; each list that is not empty must name the agent (name or id), the model, or a tag. */
const Filter = z.strictObject({
  agents: z.array(Id).max(100).default([]),
  models: z.array(Text(200).min(1)).max(100).default([]),
  tags: z.array(Text(100).min(1)).max(100).default([]),
})

/** @example { name: 'team', kind: 'slack', url: 'https://hooks.slack.com/services/…' } */
export const NewWebhook = z
  .strictObject({
    name: NewName,
    kind: WebhookKind.default('json'),
    url: Url.optional(),
    /** For email. */
    recipients: z.array(Recipient).max(20).default([]),
    events: Events.default([...USUAL_NOTICES]),
    filter: Filter.default({ agents: [], models: [], tags: [] }),
    enabled: z.boolean().default(true),
  })
  .refine(({ kind, url }) => (kind === 'email') === (url === undefined), {
    path: ['url'],
    message: 'is needed for every kind but email',
  })
  .refine(({ kind, recipients }) => (kind === 'email') === recipients.length > 0, {
    path: ['recipients'],
    message: 'are needed for email, and for no other kind',
  })
export type NewWebhook = z.infer<typeof NewWebhook>

/** Some fields of a webhook; others stay. */
export const WebhookChange = z
  .strictObject({
    name: NewName,
    url: Url,
    recipients: z.array(Recipient).min(1).max(20),
    events: Events,
    filter: Filter,
    enabled: z.boolean(),
  })
  .partial()
export type WebhookChange = z.infer<typeof WebhookChange>

/** Who is told of what. Times are ISO 8601 in UTC. */
export const Webhook = z.object({
  id: z.string(),
  name: z.string(),
  kind: WebhookKind,
  /** Its scheme and host; the rest may be secret. Null for email. */
  url: z.string().nullable(),
  recipients: z.array(z.string()),
  events: z.array(NoticeType),
  filter: z.object({ agents: z.array(z.string()), models: z.array(z.string()), tags: z.array(z.string()) }),
  enabled: z.boolean(),
  /** Why KITT switched it off. */
  off_reason: z.string().nullable(),
  /** Since when no message arrived; null while they do. */
  failing_since: z.string().nullable(),
  /** Messages that are to be sent. */
  waiting: z.number(),
  created_at: z.string(),
  updated_at: z.string(),
})
export type Webhook = z.infer<typeof Webhook>

/** `secret` is shown this once; null for kinds that are not signed. */
export const WebhookCreated = z.object({ id: z.string(), secret: z.string().nullable() })

export const Delivery = z.object({
  id: z.string(),
  webhook_id: z.string(),
  /** The kind of event, or `test`. */
  type: z.string(),
  title: z.string(),
  /** When it happened. */
  at: z.string(),
  state: DeliveryState,
  attempts: z.number(),
  next_at: z.string().nullable(),
  /** Of the last attempt: the status, the beginning of the answer, what went wrong. */
  status: z.number().nullable(),
  response: z.string(),
  error: z.string().nullable(),
  duration_ms: z.number().nullable(),
  tried_at: z.string().nullable(),
})
export type Delivery = z.infer<typeof Delivery>

export const DeliveryQuery = Paging.extend({ state: DeliveryState.optional() })
export type DeliveryQuery = z.infer<typeof DeliveryQuery>

export const Redelivering = z.object({ redelivering: z.literal(true) })

function isReceiver(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined
  return url !== undefined && /^https?:$/.test(url.protocol) && url.username === '' && url.password === ''
}
