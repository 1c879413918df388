import type { Row } from '@libsql/client'
import { eq, or } from 'drizzle-orm'
import { engineProfiles } from '../../../db/schema.ts'
import { isObject } from '../../../lib/loose.ts'
import { type Import, type Report, skip } from './context.ts'
import { json, jsonObject, text } from './values.ts'

/** Imports engine profiles with their ids. */
export async function importProfiles(into: Import): Promise<void> {
  const { deps, source, readTime, now, report } = into
  for await (const page of source.pages('engine_profiles')) {
    for (const row of page) {
      const created_at = readTime(row['created_at']) ?? now
      const profile = {
        id: text(row, 'id'),
        name: text(row, 'name'),
        engine: text(row, 'engine'),
        mode: text(row, 'mode') || 'docker',
        description: text(row, 'description'),
        build_config: jsonObject(row, 'build_config'),
        runtime_config: jsonObject(row, 'runtime_config'),
        created_at,
        updated_at: readTime(row['updated_at']) ?? created_at,
      }
      const same = await deps.write(async (tx) => {
        const [there] = await tx.orm
          .select({ id: engineProfiles.id })
          .from(engineProfiles)
          .where(or(eq(engineProfiles.id, profile.id), eq(engineProfiles.name, profile.name)))
        if (!there) await tx.orm.insert(engineProfiles).values(profile)
        return there
      })
      if (!same) {
        report.counts.profiles.added++
        reportDamage(report, row, profile.name)
      } else if (same.id === profile.id) report.counts.profiles.present++
      else skip(report, 'profiles', `A profile named "${profile.name}" already exists: it is kept.`)
      into.step()
    }
  }
}

/** Reports a configuration that is not a JSON object; it is imported as an empty one. */
function reportDamage(report: Report, row: Row, name: string) {
  for (const key of ['build_config', 'runtime_config'])
    if (text(row, key) !== '' && !isObject(json(row, key)))
      skip(report, 'profiles', `The ${key} of the profile "${name}" was left out: it cannot be read.`)
}
