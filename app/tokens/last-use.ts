import { eq } from 'drizzle-orm'
import { apiTokens } from '../../db/schema.ts'
import type { Deps } from '../deps.ts'

/** How seldom the last use of a token is written: every write makes kept answers be read again. In milliseconds. */
const SELDOM_MS = 5 * 60_000
const MOST = 5000

/** Notes the use of a token; costs a look into a map, and a write every few minutes that is not waited for. */
export function createLastUse(deps: Pick<Deps, 'background' | 'clock' | 'write'>) {
  const noted = new Map<string, number>()
  /** @param stored the last use as the database has it */
  return (id: string, stored: number | null): void => {
    const at = deps.clock.now()
    const ago = at - (noted.get(id) ?? stored ?? 0)
    if (ago >= 0 && ago < SELDOM_MS) return
    if (noted.size >= MOST) noted.clear()
    noted.set(id, at)
    deps.background.run('noting the use of a token', () =>
      deps.write(async (tx) => {
        await tx.orm.update(apiTokens).set({ last_used_at: at }).where(eq(apiTokens.id, id))
      }),
    )
  }
}
