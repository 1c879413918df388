import { visibleLines } from '../../../lib/visible.ts'
import { type Answer, type Mail, NotSent } from '../../notifications/outgoing.ts'

const TIMEOUT_MS = 10_000
/** The longest answer that is kept. */
const ANSWER_MAX = 1024

type Mailer = { send(mail: Mail): Promise<Answer>; close(): void }

/**
 * Sends notifications by email.
 * @param url of the mail server, with its user and password
 * @param from the sender; by default the user of the URL, or kitt at its host
 */
export function createMailer(url: string, from: string | undefined): Mailer {
  const sender = from ?? senderOf(new URL(url))
  let transport: ReturnType<typeof connect> | undefined
  return {
    async send({ to, subject, text, id, signal }) {
      transport ??= connect(url)
      const opened = await transport
      if (signal.aborted) throw new NotSent('The server stops.')
      try {
        const sent = await opened.sendMail({
          ...{ from: sender, to, subject, text },
          messageId: `<${id}@kitt>`,
          headers: { 'Auto-Submitted': 'auto-generated' },
        })
        const refused = sent.rejected?.length ? `\nNot taken: ${sent.rejected.join(', ')}` : ''
        return { status: 250, text: shown(`${sent.response ?? ''}${refused}`) }
      } catch (error) {
        const { responseCode, response, code } = error as Partial<Record<string, unknown>>
        if (typeof responseCode === 'number')
          return { status: responseCode, text: shown(String(response ?? '')) }
        throw new NotSent(
          `The mail server did not take the message (${String(code ?? 'no answer').slice(0, 60)}).`,
        )
      }
    },
    close() {
      void transport?.then((opened) => opened.close()).catch(() => {})
    },
  }
}

/** Loaded when the first mail is sent: most servers send none. */
async function connect(url: string) {
  const { createTransport } = await import('nodemailer')
  return createTransport({
    ...{ url, pool: true, maxConnections: 2, disableFileAccess: true, disableUrlAccess: true },
    ...{ connectionTimeout: TIMEOUT_MS, greetingTimeout: TIMEOUT_MS, socketTimeout: TIMEOUT_MS },
    dnsTimeout: TIMEOUT_MS,
  })
}

function senderOf({ username, hostname }: URL): string {
  const user = decodeURIComponent(username)
  return user.includes('@') ? user : `kitt@${hostname}`
}

const shown = (text: string) => visibleLines(text.slice(0, ANSWER_MAX).toWellFormed())
