import { eq, sql } from 'drizzle-orm'
import { settings } from '../../db/schema.ts'
import type { Deps } from '../deps.ts'

/** The setting that marks stored plain secrets as encrypted. */
const DONE = 'secrets.sealed'
const PAGE = 200

/** The tables and JSON columns that may contain secrets. */
const STORED: [table: string, columns: string[]][] = [
  ['engine_profiles', ['build_config', 'runtime_config']],
  ['quick_tests', ['options']],
  ['commands', ['payload']],
  ['campaigns', ['config']],
]

/** Encrypts, once, the secrets that an earlier version stored in plain text; logs an error if the key does not match. */
export async function prepareSecrets(deps: Deps): Promise<void> {
  const [done] = await deps.db.read.select().from(settings).where(eq(settings.key, DONE))
  if (!done) await sealStored(deps)
  const profiles = await deps.db.reader.execute('SELECT build_config, runtime_config FROM engine_profiles')
  const problem = deps.vault.problem(JSON.stringify(profiles.rows))
  if (problem) deps.log.error({}, problem)
}

/** Encrypts every secret that is stored in plain text, and wipes the old text from the database's files. */
export async function sealStored(deps: Deps): Promise<void> {
  await wiping(deps, async () => {
    for (const [table, columns] of STORED) for (const column of columns) await sealColumn(deps, table, column)
    const row = { key: DONE, value: '1', updated_at: deps.clock.now() }
    await deps.write(async (tx) => void (await tx.orm.insert(settings).values(row).onConflictDoNothing()))
  })
}

/** Does what overwrites secrets, and leaves nothing of them in the database's files. */
export async function wiping({ db }: Pick<Deps, 'db'>, work: () => Promise<void>): Promise<void> {
  if (!db.remote) await db.writer.execute('PRAGMA secure_delete=ON')
  await work()
  if (db.remote) return
  await db.writer.execute('PRAGMA secure_delete=OFF')
  await db.writer.execute('PRAGMA wal_checkpoint(TRUNCATE)')
}

async function sealColumn(deps: Deps, table: string, column: string): Promise<void> {
  for (let after = 0; ; ) {
    const { rows } = await deps.db.reader.execute({
      sql: `SELECT rowid AS n, ${column} AS text FROM ${table} WHERE rowid > ? AND ${column} IS NOT NULL ORDER BY rowid LIMIT ?`,
      args: [after, PAGE],
    })
    const changed: { n: number; text: string }[] = []
    for (const row of rows) {
      after = Number(row['n'])
      const value: unknown = JSON.parse(String(row['text']))
      const sealed = await deps.vault.seal(value)
      if (sealed !== value) changed.push({ n: after, text: JSON.stringify(sealed) })
    }
    if (changed.length > 0)
      await deps.write(async (tx) => {
        for (const { n, text } of changed)
          await tx.orm.run(
            sql`UPDATE ${sql.identifier(table)} SET ${sql.identifier(column)} = ${text} WHERE rowid = ${n}`,
          )
      })
    if (rows.length < PAGE) return
  }
}
