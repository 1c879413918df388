import { inArray } from 'drizzle-orm'
import type { Orm } from '../../../db/database.ts'
import { engineProfiles } from '../../../db/schema.ts'
import { query, sql } from '../../../db/sql.ts'
import { MISSING_MODEL } from '../../../lib/missing-model.ts'
import { VIRTUAL } from '../../agents/schema.ts'
import { hasOtherBenchmarks } from '../../quicktests/known.ts'
import { shownName } from '../../shown-name.ts'
import type { CellSpec } from '../matrix.ts'
import { fewOf } from './hosts.ts'
import type { Host } from './work.ts'

/** The agents that are looked at, and the newest tests of each. */
const AGENTS_MAX = 100
const TESTS_MAX = 200

/**
 * What runs would need that agents which may get them do not have, as far as they said: an engine by their heartbeats, a model
 * by the last test that asked for it. Sentences for people: an agent may have it by the time of the run.
 */
export async function hostWarnings(
  orm: Orm,
  cells: readonly CellSpec[],
  candidatesOf: (spec: CellSpec) => readonly Host[],
): Promise<string[]> {
  // An engine at an address needs nothing of its agent, and a virtual agent has all.
  const needing = cells.filter(({ mode }) => mode !== 'endpoint')
  const real = (spec: CellSpec) => candidatesOf(spec).filter(({ tags }) => !tags.includes(VIRTUAL))
  const hosts = [...new Set(needing.flatMap(real))].slice(0, AGENTS_MAX)
  if (hosts.length === 0) return []
  const [lacksEngine, lacksModel] = [await enginesMissing(orm, hosts), await modelsMissing(orm, hosts)]
  const ownProgram = await profilesWithProgram(orm, needing)
  const engines = new Map<string, Set<string>>()
  const models = new Map<string, Set<string>>()
  for (const spec of needing) {
    const { engine, mode, model_path, profile_id } = spec
    const able = new Set(real(spec))
    for (const host of hosts.filter((one) => able.has(one))) {
      if (!ownProgram.has(profile_id ?? '') && lacksEngine(host, engine, mode))
        add(engines, mode === 'native' ? engine : `the image of ${engine}`, host.name)
      if (lacksModel(host, model_path)) add(models, model_path, host.name)
    }
  }
  return [
    ...[...engines].map(([what, on]) => engineWords(what, fewOf([...on]))),
    ...[...models].map(([model, on]) => modelWords(shownName(model), fewOf([...on]))),
  ]
}

const add = (to: Map<string, Set<string>>, what: string, name: string) =>
  to.set(what, (to.get(what) ?? new Set()).add(name))

const engineWords = (what: string, agents: string) =>
  what.startsWith('the image')
    ? `T${what.slice(1)} is not on ${agents}: it is downloaded before the first run there, which may take long.`
    : `${what} is not installed on ${agents}: install it there, or its runs will fail.`

const modelWords = (model: string, agents: string) =>
  `The model ${model} was not found by the last test that asked for it on ${agents}: copy it there, or check its path.`

/** Engines that the agents reported as not there. What an agent has not reported is not known, and not missing. */
async function enginesMissing(orm: Orm, hosts: readonly Host[]) {
  type Row = {
    agent_id: string
    engine: string
    installed: number
    binary_path: string
    kitt_version: string
  }
  const rows = await query<Row>(
    orm,
    sql`SELECT e.agent_id, e.engine, e.installed, e.binary_path, a.kitt_version
      FROM agent_engines AS e JOIN agents AS a ON a.id = e.agent_id WHERE e.agent_id IN ${idsOf(hosts)}`,
  )
  const known = new Map(rows.map((row) => [`${row.agent_id} ${row.engine}`, row]))
  return ({ id }: Host, engine: string, mode: string): boolean => {
    const found = known.get(`${id} ${engine}`)
    if (!found) return false
    // An image alone is no program; agents before 2.0 tell no path of a program.
    const isImageAlone = found.binary_path === '' && !hasOtherBenchmarks(found)
    return found.installed === 0 || (mode === 'native' && isImageAlone)
  }
}

/** Models that the last test of an agent with them did not find there. */
async function modelsMissing(orm: Orm, hosts: readonly Host[]) {
  const found = new Map<string, boolean>()
  for (const { id } of hosts) {
    const rows = await query<{ model_path: string; missing: number }>(
      orm,
      sql`SELECT model_path, status = 'failed' AND instr(error, ${MISSING_MODEL}) > 0 AS missing FROM (
        SELECT model_path, status, coalesce(error, '') AS error FROM quick_tests
        WHERE agent_id = ${id} AND status IN ('completed', 'failed')
        ORDER BY created_at DESC LIMIT ${TESTS_MAX})`,
    )
    for (const { model_path, missing } of rows.toReversed()) found.set(`${id} ${model_path}`, missing === 1)
  }
  return ({ id }: Host, model: string): boolean => found.get(`${id} ${model}`) === true
}

/** Profiles that name the program or the image of their engine: agents report the usual ones alone. */
async function profilesWithProgram(orm: Orm, cells: readonly CellSpec[]): Promise<Set<string>> {
  const ids = [...new Set(cells.flatMap(({ profile_id }) => profile_id ?? []))]
  if (ids.length === 0) return new Set()
  const rows = await orm.select().from(engineProfiles).where(inArray(engineProfiles.id, ids))
  const names = ({ build_config, runtime_config }: (typeof rows)[number]) =>
    ['binary', 'image'].some((key) => Object.hasOwn(build_config, key) || Object.hasOwn(runtime_config, key))
  return new Set(rows.filter(names).map(({ id }) => id))
}

const idsOf = (hosts: readonly Host[]) => hosts.map(({ id }) => id)
