import { and, eq, isNull } from 'drizzle-orm'
import { runs } from '../../db/schema.ts'
import type { WriteTx } from '../../db/write.ts'
import type { Deps } from '../deps.ts'
import type { ResultDocument } from './schema.ts'
import { storeResult } from './store.ts'

/** Agents that the server before this one made up named themselves so. */
const MADE_UP = 'test-agent-'

/** Whether a document says of itself that no hardware was measured. */
export const saysSimulated = ({ simulated, engine, system_info }: ResultDocument): boolean =>
  simulated === true || engine === 'simulated' || (system_info?.fingerprint ?? '').startsWith(MADE_UP)

/** The same for the same content, however it is laid out. */
export const contentDigest = ({ sha256 }: Pick<Deps, 'sha256'>, raw: string): string =>
  sha256(JSON.stringify(JSON.parse(raw)))

/** Stores a document that a person brings; one that was brought before is found by its content. */
export function importResult(deps: Deps, raw: string, document: ResultDocument) {
  const digest = contentDigest(deps, raw)
  return deps.write(async (tx) => {
    const known = await findImported(tx, digest)
    if (known) return { id: known, created: false }
    const origin = {
      agent_id: null,
      quick_test_id: null,
      campaign_id: null,
      simulated: saysSimulated(document),
    }
    const at = deps.clock.now()
    return { id: await storeResult(deps, tx, { raw, document, digest, origin }, at), created: true }
  })
}

async function findImported(tx: WriteTx, digest: string): Promise<string | undefined> {
  const [row] = await tx.orm
    .select({ id: runs.id })
    .from(runs)
    .where(and(isNull(runs.agent_id), eq(runs.digest, digest), isNull(runs.quick_test_id)))
  return row?.id
}
