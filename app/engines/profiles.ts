import { and, asc, count, eq, inArray } from 'drizzle-orm'
import type { Orm } from '../../db/database.ts'
import { type Given, reading } from '../../db/read.ts'
import { engineProfiles, quickTests } from '../../db/schema.ts'
import type { WriteTx } from '../../db/writer.ts'
import { defined } from '../../lib/defined.ts'
import { OPEN_TEST } from '../../lib/states.ts'
import { iso } from '../clock.ts'
import type { Deps } from '../deps.ts'
import { BadRequest, NotFound, WrongState } from '../errors.ts'
import type { Paging } from '../http/fields.ts'
import { type PageRows, pageOf } from '../http/page.ts'
import { masked, restored } from '../secrets/vault.ts'
import { ENGINES, EngineMode, EngineName } from './registry.ts'
import { type EngineProfile, type EngineProfileChange, modeFault, type NewEngineProfile } from './schema.ts'

export type ProfileRow = typeof engineProfiles.$inferSelect

/** A profile for display, with its secrets masked. */
const view = (row: ProfileRow): EngineProfile =>
  masked({ ...row, created_at: iso(row.created_at), updated_at: iso(row.updated_at) })

/** Profiles by name. */
export async function listProfiles({ db }: Deps, paging: Paging) {
  return pageOf(paging, async (page) => {
    const { total, rows } = await profilePage(db.read, page)
    return { total: total[0]?.n ?? 0, items: rows.map(view) }
  })
}

const profilePage = reading((orm, given: Given<PageRows>) => ({
  total: orm.select({ n: count() }).from(engineProfiles),
  rows: orm
    .select()
    .from(engineProfiles)
    .orderBy(asc(engineProfiles.name))
    .limit(given('limit'))
    .offset(given('offset')),
}))

export async function findProfile(orm: Orm, id: string): Promise<ProfileRow | undefined> {
  const { rows } = await profileById(orm, { id })
  return rows[0]
}

const profileById = reading((orm, given: Given<{ id: string }>) => ({
  rows: orm
    .select()
    .from(engineProfiles)
    .where(eq(engineProfiles.id, given('id'))),
}))

async function profileOf(orm: Orm, id: string): Promise<ProfileRow> {
  const row = await findProfile(orm, id)
  if (!row) throw new NotFound('There is no such engine profile.')
  return row
}

/** @throws NotFound */
export const getProfile = async ({ db }: Deps, id: string) => view(await profileOf(db.read, id))

/** @throws BadRequest when the name is taken or the engine has no such mode */
export async function createProfile(deps: Deps, input: NewEngineProfile): Promise<EngineProfile> {
  const at = deps.clock.now()
  const mode = input.mode ?? ENGINES[input.engine].default_mode
  const sealed = withKept(await deps.vault.seal(input), undefined)
  const row = { ...sealed, mode, id: deps.newId(), created_at: at, updated_at: at }
  return deps.write(async (tx) => {
    await check(tx, row)
    await tx.orm.insert(engineProfiles).values(row)
    return view(row)
  })
}

/** Changes any fields of a profile. @throws NotFound, BadRequest as {@link createProfile} */
export async function changeProfile(
  deps: Deps,
  id: string,
  change: EngineProfileChange,
): Promise<EngineProfile> {
  const sealed = await deps.vault.seal(change)
  return deps.write(async (tx) => {
    const before = await profileOf(tx.orm, id)
    const row = { ...before, ...defined(withKept(sealed, before)), updated_at: deps.clock.now() }
    await check(tx, row)
    await tx.orm.update(engineProfiles).set(row).where(eq(engineProfiles.id, id))
    return view(row)
  })
}

/** A masked secret that is sent back keeps its value. @throws BadRequest where there is none to keep */
const withKept = <T extends EngineProfileChange>(given: T, before: ProfileRow | undefined): T => ({
  ...given,
  ...Object.fromEntries(
    (['description', 'build_config', 'runtime_config'] as const).flatMap((key) =>
      given[key] === undefined ? [] : [[key, restored(given[key], before, key)]],
    ),
  ),
})

async function check(tx: WriteTx, row: ProfileRow) {
  const fault = modeFault(EngineName.parse(row.engine), EngineMode.parse(row.mode))
  if (fault) throw new BadRequest(fault, { details: [{ path: 'mode', message: fault }] })
  const [other] = await tx.orm.select().from(engineProfiles).where(eq(engineProfiles.name, row.name))
  if (other && other.id !== row.id)
    throw new BadRequest(`There is already an engine profile named "${row.name}".`)
}

/** @throws NotFound, WrongState while an open test uses it */
export function deleteProfile(deps: Deps, id: string): Promise<void> {
  return deps.write(async (tx) => {
    await profileOf(tx.orm, id)
    const [open] = await tx.orm
      .select({ n: count() })
      .from(quickTests)
      .where(and(inArray(quickTests.status, OPEN_TEST), eq(quickTests.profile_id, id)))
    if (open?.n) throw new WrongState('Quick tests that have not ended use this profile. Cancel them first.')
    await tx.orm.delete(engineProfiles).where(eq(engineProfiles.id, id))
  })
}
