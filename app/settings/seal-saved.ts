import type { Deps } from '../deps.ts'
import { wiping } from '../secrets/stored.ts'
import { readSaved, writeSaved } from './saved.ts'

/** Encrypts a Devon key that an earlier version saved in the open, and wipes it from the database's files. */
export async function sealSavedKey(deps: Deps): Promise<void> {
  const { devon_api_key: saved } = await readSaved(deps.db.read)
  if (!saved) return
  const { kept: key } = await deps.settings.sealKey(saved.key)
  if (key === saved.key) return
  await wiping(deps, () =>
    deps.write(async (tx) => {
      const { devon_api_key: now } = await readSaved(tx.orm)
      if (now?.key === saved.key) await writeSaved(tx, 'devon_api_key', { ...now, key }, deps.clock.now())
    }),
  )
}
