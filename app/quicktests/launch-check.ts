import type { WriteTx } from '../../db/writer.ts'
import type { AgentRow } from '../agents/view.ts'
import { agentCanRun, engineAccepts } from '../engines/compatibility.ts'
import { findProfile } from '../engines/profiles.ts'
import { ENGINES, EngineMode, EngineName } from '../engines/registry.ts'
import { modeFault } from '../engines/schema.ts'
import { BadRequest } from '../errors.ts'
import { hasOtherBenchmarks, testFault, unusedFault, withOwnNames } from './known.ts'
import type { NewQuickTest } from './schema.ts'

/**
 * Checks that a test can run on its agent, and fills in its mode: the one asked for, otherwise the profile's,
 * otherwise the engine's default. What it names must be known, unless its agent is older than 2.0.
 *
 * @param formats the model's known formats besides the ending of its path
 * @throws BadRequest with the reason; `force` skips the checks of names, options and compatibility
 */
export async function checkLaunch(
  tx: WriteTx,
  agent: AgentRow,
  input: NewQuickTest,
  formats: readonly string[],
): Promise<NewQuickTest & { engine_mode: EngineMode }> {
  const engine = EngineName.safeParse(input.engine_name).data
  if (!engine) throw refused('engine_name', `"${input.engine_name}" is no engine; there are ${ALL}.`)
  const profile = input.profile_id === undefined ? undefined : await findProfile(tx.orm, input.profile_id)
  if (input.profile_id !== undefined && !profile)
    throw refused('profile_id', 'There is no such engine profile.')
  const fromProfile = profile?.engine === engine ? EngineMode.parse(profile.mode) : undefined
  const engine_mode = input.engine_mode ?? fromProfile ?? ENGINES[engine].default_mode
  const fault = modeFault(engine, engine_mode)
  if (fault) throw refused('engine_mode', fault)
  if (!input.force) {
    const unknown = hasOtherBenchmarks(agent) ? undefined : testFault(input)
    if (unknown) throw refused(unknown.path, unknown.message)
    if (profile && profile.engine !== engine)
      throw refused(
        'profile_id',
        `The profile "${profile.name}" is for ${profile.engine}, not ${engine}.${FORCE}`,
      )
    const able = agentCanRun(engine, agent, engine_mode)
    if (!able.compatible) throw refused('engine_name', able.reason + FORCE)
    const loads = engineAccepts(engine, formats, input.model_path)
    if (!loads.ok) throw refused('model_path', loads.reason + FORCE)
  }
  return { ...input, engine_mode, ...(input.options ? { options: withOwnNames(input.options) } : {}) }
}

/**
 * Refuses an option that the load mode of a new test does not use; a test that runs again is as it was.
 * @throws BadRequest with the mode that it is for
 */
export function requireUsed(agent: AgentRow, { force, options }: NewQuickTest): void {
  const unused = force || hasOtherBenchmarks(agent) ? undefined : unusedFault(options)
  if (unused) throw refused('options', unused)
}

const ALL = EngineName.options.join(', ')
const FORCE = ' Set force to try it all the same.'
const refused = (path: string, message: string) => new BadRequest(message, { details: [{ path, message }] })
