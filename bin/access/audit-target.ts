import type { Client } from '../../app/client/client.ts'
import { WHOLE_ID } from '../connection/find.ts'
import { oneMeant } from '../connection/meant.ts'
import { allWebhooks } from '../webhooks/find-webhook.ts'
import { allShares } from './shares.ts'
import { allTokens } from './tokens.ts'

/** What is changed under an id, and found by names and beginnings of ids. A baseline is changed under its name. */
const KINDS = [
  ...(['agent', 'quicktest', 'campaign', 'result', 'setup'] as const),
  ...(['alert', 'schedule', 'profile', 'baseline'] as const),
]

type Named = { id: string; name: string }

/**
 * What the audit knows a thing by: its id, of which the beginning or its name may be given. What there is not, or no
 * longer, is known as it was typed: a setting, what was deleted.
 * @throws CommandFailed if several things are meant
 */
export async function auditTarget(client: Client, asked: string): Promise<string> {
  if (asked === '' || WHOLE_ID.test(asked)) return asked
  const lists = [namesOf(client, asked), allTokens(client), allWebhooks(client), allShares(client)]
  const found: Named[] = (await Promise.all<Named[]>(lists)).flat()
  const known = [...new Map(found.map((one) => [one.id, one])).values()]
  if (!known.some(({ id, name }) => name === asked || id.startsWith(asked))) return asked
  return oneMeant(known, asked, { one: 'target', list: 'kitt audit' }).id
}

async function namesOf({ api }: Client, q: string) {
  const answers = KINDS.map(async (kind) => (await api.v1.names.$get({ query: { kind, q } })).json())
  return (await Promise.all(answers)).flatMap(({ items }) => items)
}
