import type { Config } from '../../config.ts'
import type { Outgoing } from '../../notifications/outgoing.ts'
import { createMailer } from './mail.ts'
import { type PostOptions, post } from './post.ts'

const TIMEOUT_MS = 10_000

/** How this server sends notifications. @param options for tests */
export function createOutgoing(
  { webhook_private, smtp_url, smtp_from }: Pick<Config, 'webhook_private' | 'smtp_url' | 'smtp_from'>,
  options: Partial<PostOptions> = {},
): Outgoing {
  const settings = { allowPrivate: webhook_private, timeoutMs: TIMEOUT_MS, ...options }
  const mailer = smtp_url === undefined ? undefined : createMailer(smtp_url, smtp_from)
  return {
    post: (message) => post(message, settings),
    mail: mailer && ((mail) => mailer.send(mail)),
    close: () => mailer?.close(),
  }
}
