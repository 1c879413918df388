import { and, eq, isNull } from 'drizzle-orm'
import { runs } from '../../db/schema.ts'
import type { WriteTx } from '../../db/writer.ts'
import type { Deps } from '../deps.ts'
import type { Facts, ReadImport } from './read.ts'
import { storeResult } from './store.ts'

/** Whether a document says that no hardware was measured. */
export const saysSimulated = ({ simulated, made_up }: Facts): boolean => simulated || made_up

/** Imports a document; one that was imported before is found by its content. */
export function importResult(deps: Deps, { digest, document }: ReadImport) {
  return deps.write(async (tx) => {
    const known = await findImported(tx, digest)
    if (known) return { id: known, created: false }
    const simulated = saysSimulated(document.facts)
    const origin = { agent_id: null, quick_test_id: null, campaign_id: null, simulated }
    const at = deps.clock.now()
    return { id: await storeResult(deps, tx, { document, digest, origin }, at), created: true }
  })
}

async function findImported(tx: WriteTx, digest: string): Promise<string | undefined> {
  const [row] = await tx.orm
    .select({ id: runs.id })
    .from(runs)
    .where(and(isNull(runs.agent_id), eq(runs.digest, digest), isNull(runs.quick_test_id)))
  return row?.id
}
