import type { Sha256 } from '../deps.ts'
import { LARGE_DOCUMENT } from '../results/documents.ts'
import { saysSimulated } from '../results/import.ts'
import type { ReadDocument } from '../results/read.ts'
import { partsOf } from './key.ts'

/**
 * The setup that an imported document becomes a run of: that of its first benchmark. Null where it has none, and of
 * a large document, which the indexer reads later.
 */
export function setupOf({ head, facts }: ReadDocument, sha256: Sha256): string | null {
  if (head.length > LARGE_DOCUMENT) return null
  const text = typeof head === 'string' ? head : new TextDecoder().decode(head)
  const origin = { agent_id: null, simulated: saysSimulated(facts), clock_offset_ms: null }
  return partsOf(JSON.parse(`${text}}`), origin, sha256)[0]?.setup_id ?? null
}
