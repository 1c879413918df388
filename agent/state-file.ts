import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { writeWholeFile } from '../lib/write-file.ts'

/** State of a running agent, for `kitt agent status`. Times are ISO 8601 in UTC. */
export const AgentState = z.object({
  pid: z.number(),
  version: z.string(),
  started_at: z.string(),
  agent_id: z.string().nullable(),
  current_task: z.string().nullable(),
  /** Why the server cannot be reached; null when it can. */
  problem: z.string().nullable(),
  /** Time of the last answered heartbeat. */
  last_heartbeat: z.string().nullable(),
  /** Messages not yet delivered. */
  waiting: z.number(),
})
export type AgentState = z.infer<typeof AgentState>

const fileIn = (home: string) => join(home, 'agent-state.json')

export function writeState(home: string, state: AgentState): void {
  writeWholeFile(fileIn(home), `${JSON.stringify(state)}\n`, { mode: 0o600 })
}

export const removeState = (home: string): void => rmSync(fileIn(home), { force: true })

/** The last state written, also by an agent that was killed since. */
export function readState(home: string): AgentState | undefined {
  try {
    return AgentState.parse(JSON.parse(readFileSync(fileIn(home), 'utf8')))
  } catch {
    return undefined
  }
}
