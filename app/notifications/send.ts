import type { Deps } from '../deps.ts'
import type { DeliveryRow } from './deliveries.ts'
import { discordBody } from './kinds/discord.ts'
import { emailOf } from './kinds/email.ts'
import { jsonBody, signedHeaders, signingKey } from './kinds/json.ts'
import type { Letter } from './kinds/letter.ts'
import { slackBody } from './kinds/slack.ts'
import { teamsBody } from './kinds/teams.ts'
import type { Notice } from './notice/notice.ts'
import { type Answer, NotSent } from './outgoing.ts'
import type { WebhookRow } from './service.ts'

/** What became of one attempt. `error` is a sentence; undefined where the message arrived. */
export type Outcome = {
  status: number | null
  response: string
  error: string | undefined
  duration_ms: number
  retryAfterS?: number | undefined
}

type Message = Pick<DeliveryRow, 'id' | 'type' | 'at' | 'notice'>

/** Sends a message once; never throws. */
export async function sendOnce(
  deps: Deps,
  webhook: WebhookRow,
  message: Message,
  signal: AbortSignal,
): Promise<Outcome> {
  const begun = deps.clock.monotonic()
  const took = () => Math.round(deps.clock.monotonic() - begun)
  try {
    const answer = await request(deps, webhook, message, signal)
    return {
      ...{ status: answer.status, response: answer.text, retryAfterS: answer.retryAfterS },
      error: problemOf(webhook.kind, answer.status),
      duration_ms: took(),
    }
  } catch (error) {
    const known = error instanceof NotSent || (error instanceof Error && error.name === 'SecretsLost')
    if (!known) deps.log.warn({ webhook_id: webhook.id, error: nameOf(error) }, 'a notification was not sent')
    return {
      ...{ status: null, response: '', duration_ms: took() },
      error: known ? error.message : 'The message could not be sent.',
    }
  }
}

const nameOf = (error: unknown) => (error instanceof Error ? error.name : typeof error)

async function request(
  deps: Deps,
  webhook: WebhookRow,
  message: Message,
  signal: AbortSignal,
): Promise<Answer> {
  const { outgoing, config } = deps
  if (!outgoing) throw new NotSent('This server cannot send messages.')
  const { id, type, at } = message
  const base = (config.public_url ?? webhook.origin).replace(/\/+$/, '')
  const letter: Letter = { type, at, notice: JSON.parse(message.notice) as Notice, base }
  if (webhook.kind === 'email') {
    if (!outgoing.mail)
      throw new NotSent('No mail server is set: start KITT with KITT_SMTP_URL and KITT_SMTP_FROM.')
    return outgoing.mail({ ...emailOf(letter), to: webhook.recipients, id: `msg_${id}`, signal })
  }
  const { url, key } = await opened(deps, webhook)
  const body = BODIES[webhook.kind](letter)
  const headers = key ? await signedHeaders(key, { id: `msg_${id}`, body, now: deps.clock.now() }) : {}
  return outgoing.post({ url, headers, body, signal })
}

type Opened = { url: string; key: CryptoKey | undefined }

/** Of the webhooks as they were read last: a burst of messages decrypts once. */
const known = new WeakMap<WebhookRow, Promise<Opened>>()

function opened(deps: Deps, webhook: WebhookRow): Promise<Opened> {
  const found = known.get(webhook) ?? open(deps, webhook)
  known.set(webhook, found)
  return found
}

async function open({ vault }: Deps, { sealed }: WebhookRow): Promise<Opened> {
  const { secret } = await vault.open(sealed)
  return {
    url: secret.url ?? '',
    key: secret.signing === undefined ? undefined : await signingKey(secret.signing),
  }
}

const BODIES = { json: jsonBody, slack: slackBody, discord: discordBody, teams: teamsBody }

function problemOf(kind: WebhookRow['kind'], status: number): string | undefined {
  if (status >= 200 && status < 300) return undefined
  if (kind === 'email') return `The mail server answered ${status}.`
  if (status === 410) return 'The receiver answered 410 Gone: it takes no more messages.'
  if (status >= 300 && status < 400)
    return `The receiver answered ${status}: redirects are not followed. Set the URL that it leads to.`
  return `The receiver answered ${status}.`
}
