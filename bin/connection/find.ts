import type { Client } from '../../app/client/client.ts'
import type { Kind as AnyKind } from '../../app/names/schema.ts'
import { CommandFailed } from '../terminal/output.ts'

/** What has an id. */
export type Kind = Exclude<AnyKind, 'model' | 'engine' | 'suite'>

type Words = { one: string; list: string }

const WORDS: Readonly<Record<Kind, Words>> = {
  agent: { one: 'agent', list: 'kitt agents list' },
  quicktest: { one: 'quick test', list: 'kitt quicktest list' },
  campaign: { one: 'campaign', list: 'kitt campaign list' },
  result: { one: 'result', list: 'kitt results list' },
  setup: { one: 'setup', list: 'kitt setups list' },
  alert: { one: 'alert', list: 'kitt alerts list' },
  schedule: { one: 'schedule', list: 'kitt schedules list' },
  profile: { one: 'engine profile', list: 'kitt profiles list' },
  baseline: { one: 'baseline', list: 'kitt baselines list' },
}

/** Ids of this form are not looked up: the server says what is wrong with one that there is not. */
export const WHOLE_ID = /^[0-9a-f]{16}$/

/**
 * The id that a person means: an id, the only one that begins so, or a name.
 * @throws CommandFailed if there is none, or several
 */
export async function findId(client: Client, kind: Kind, asked: string): Promise<string> {
  if (WHOLE_ID.test(asked)) return asked
  const { one, list } = WORDS[kind]
  const { items, more, near } = await (await client.api.v1.names.$get({ query: { kind, q: asked } })).json()
  const exact = items.find(({ id }) => id === asked)
  if (exact) return exact.id
  const named = items.filter(({ name }) => name === asked)
  const begun = named.length > 0 ? named : items.filter(({ id }) => asked !== '' && id.startsWith(asked))
  const [found] = begun
  if (found && begun.length === 1 && !(more && named.length === 0)) return found.id
  if (!found) {
    const like = near ?? items[0]?.name
    const meant = like === undefined || like === asked ? '' : ` Did you mean "${like}"?`
    throw new CommandFailed(`There is no ${one} "${asked}".${meant} "${list}" shows all.`)
  }
  const shown = begun.slice(0, 5).map(({ id }) => id)
  const others = begun.length > shown.length || more ? ', …' : ''
  throw new CommandFailed(
    `Several ${one}s ${named.length > 0 ? 'are named' : 'begin with'} "${asked}": ${shown.join(', ')}${others}. Give more of the id.`,
  )
}

/** The ids of several, in their order. @throws CommandFailed as {@link findId} */
export async function findIds(client: Client, kind: Kind, asked: readonly string[]): Promise<string[]> {
  const ids: string[] = []
  for (const one of asked) ids.push(await findId(client, kind, one))
  return ids
}
