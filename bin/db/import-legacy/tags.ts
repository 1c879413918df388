import type { Row } from '@libsql/client'
import { VIRTUAL } from '../../../app/agents/schema.ts'
import { json } from './values.ts'

/** What the old system tagged its virtual agents with, and people may have tagged real ones with. */
const OLD_VIRTUAL = 'test'

/**
 * An agent's tags as they are here. The old system's virtual agents had no token. One that has a token is real: as a
 * virtual one it would be given another, and its host be cut off.
 *
 * @returns `lost`: a tag that a real agent cannot have here
 */
export function tagsOf(row: Row, hasToken: boolean): { tags: string[]; virtual: boolean; lost?: string } {
  const read = json(row, 'tags')
  const old = Array.isArray(read) ? read.map(String) : []
  const others = old.filter((tag) => tag !== VIRTUAL)
  if (hasToken || !old.includes(OLD_VIRTUAL))
    return { tags: others, virtual: false, ...(old.includes(VIRTUAL) && { lost: VIRTUAL }) }
  return { tags: others.map((tag) => (tag === OLD_VIRTUAL ? VIRTUAL : tag)), virtual: true }
}
