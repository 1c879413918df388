import type { Client } from '../../app/client/client.ts'
import { rawElements, rawMembers } from '../../lib/raw-members.ts'
import { type Progress, progress } from '../terminal/progress.ts'

type Query = Record<string, string>

/** A stored result as the text the server sent, and its id. */
export type StoredText = { id: string; text: string }

/**
 * All results of a query, oldest first, read page by page; results stored meanwhile come last.
 * @param outputs reads each document in full, with its outputs
 */
export async function* storedResults(
  { api }: Client,
  query: Query,
  options: { outputs?: boolean | undefined; what: string },
): AsyncGenerator<StoredText> {
  const bar = progress(options.what)
  const seen = new Set<string>()
  try {
    for (let page = 1, pages = 1, skip = 0; page <= pages; page += skip === 0 ? 1 : 0) {
      const ask = { sort: 'timestamp', ...query, page: String(page), per_page: '100', skip: String(skip) }
      const envelope = new Map(
        rawMembers(await (await api.v1.results.$get({ query: ask })).text()).map(({ key, raw }) => [
          key,
          raw,
        ]),
      )
      pages = Number(envelope.get('pages') ?? 0)
      // A page of large documents is truncated: `skip` asks for its rest.
      skip = Number(envelope.get('skip') ?? 0)
      for (const raw of rawElements(envelope.get('items') ?? '[]')) {
        const id = idOf(raw)
        // A result stored meanwhile can move others to the next page.
        if (seen.has(id)) continue
        seen.add(id)
        yield { id, text: options.outputs ? await inFull(api, id) : raw }
        show(bar, seen.size, envelope)
      }
    }
  } finally {
    bar.end()
  }
}

const show = (bar: Progress, done: number, envelope: Map<string, string>) =>
  bar.to(done, Number(envelope.get('total') ?? done))

const idOf = (raw: string) =>
  JSON.parse(rawMembers(raw).findLast(({ key }) => key === 'id')?.raw ?? '""') as string

const inFull = async (api: Client['api'], id: string) =>
  (await (await api.v1.results[':id'].$get({ param: { id } })).text()).trim()
