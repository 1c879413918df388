import { eq, like } from 'drizzle-orm'
import type { Orm } from '../../db/database.ts'
import { settings } from '../../db/schema.ts'
import type { WriteTx } from '../../db/writer.ts'
import { SavedSettings } from './schema.ts'

/** The prefix of saved settings in their table, which has other keys too. */
const PREFIX = 'setting.'

/** The saved settings; calls `refused` for a value that this version cannot use. */
export async function readSaved(orm: Orm, refused: (key: string) => void = () => {}): Promise<SavedSettings> {
  const rows = await orm
    .select()
    .from(settings)
    .where(like(settings.key, `${PREFIX}%`))
  let saved: SavedSettings = {}
  for (const row of rows) {
    const key = row.key.slice(PREFIX.length)
    const parsed = SavedSettings.strict().safeParse({ [key]: parse(row.value) })
    if (parsed.success) saved = { ...saved, ...parsed.data }
    else refused(key)
  }
  return saved
}

/** Saves a value; undefined deletes it. */
export async function writeSaved(tx: WriteTx, key: keyof SavedSettings, value: unknown, at: number) {
  const row = { key: PREFIX + key, value: JSON.stringify(value) ?? '', updated_at: at }
  if (value === undefined) await tx.orm.delete(settings).where(eq(settings.key, row.key))
  else await tx.orm.insert(settings).values(row).onConflictDoUpdate({ target: settings.key, set: row })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
