import { z } from 'zod'
import { Argument, NewName, Options, Text } from '../http/fields.ts'
import { ENGINES, EngineMode, EngineName, EngineSpec } from './registry.ts'

/** How an engine is built and run; tests refer to it by id. */
export const EngineProfile = z.object({
  id: z.string(),
  name: z.string(),
  engine: z.string(),
  mode: z.string(),
  description: z.string(),
  build_config: z.record(z.string(), z.unknown()),
  runtime_config: z.record(z.string(), z.unknown()),
  created_at: z.string(),
  updated_at: z.string(),
})
export type EngineProfile = z.infer<typeof EngineProfile>

const fields = {
  name: NewName,
  engine: EngineName,
  /** The engine's default unless given. */
  mode: EngineMode.optional(),
  description: Text(2000),
  build_config: Options,
  runtime_config: Options,
}

export const NewEngineProfile = z.strictObject({
  ...fields,
  description: fields.description.default(''),
  build_config: Options.default({}),
  runtime_config: Options.default({}),
})
export type NewEngineProfile = z.infer<typeof NewEngineProfile>

export const EngineProfileChange = z.strictObject(fields).partial()
export type EngineProfileChange = z.infer<typeof EngineProfileChange>

export const EngineRegistry = z.record(EngineName, EngineSpec)

/** By agent id; the engines each agent reported with its last heartbeats. */
export const EngineStatus = z.record(
  z.string(),
  z.object({
    agent_id: z.string(),
    name: z.string(),
    status: z.string(),
    engines: z.record(
      z.string(),
      z.object({
        installed: z.boolean(),
        running: z.boolean(),
        version: z.string(),
        checked_at: z.string(),
      }),
    ),
  }),
)

export const EngineCommand = z.strictObject({
  engine_name: EngineName,
  runtime_config: Options.optional(),
  model_path: Argument(1000).optional(),
})
export type EngineCommand = z.infer<typeof EngineCommand>
export const EngineCommandQueued = z.object({ command_id: z.string(), status: z.literal('queued') })

/** Why an engine cannot run in a mode; null when it can. */
export const modeFault = (engine: EngineName, mode: EngineMode): string | null =>
  ENGINES[engine].modes.includes(mode)
    ? null
    : `${engine} has no ${mode} mode, only ${ENGINES[engine].modes.join(', ')}.`
