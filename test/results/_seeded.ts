import { join } from 'node:path'
import { type SeedOptions, seedResults } from '../../bench/seed.ts'
import { openDatabase } from '../../db/open.ts'
import { createTestApp, temporaryFolder } from '../_setup.ts'

/** The app over a database that holds seeded results, and what `change` makes of them. */
export async function seededApp(options: SeedOptions, change: string[] = []) {
  const dbPath = join(temporaryFolder(), 'kitt.db')
  const db = await openDatabase({ url: `file:${dbPath}` })
  await seedResults(db.writer, options)
  for (const statement of change) await db.writer.execute(statement)
  db.close()
  return createTestApp({ dbPath })
}
