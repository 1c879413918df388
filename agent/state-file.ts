import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { writeWholeFile } from '../lib/write-file.ts'

/** What a running agent says of itself, for `kitt agent status`. Times are ISO 8601 in UTC. */
export const AgentState = z.object({
  pid: z.number(),
  version: z.string(),
  started_at: z.string(),
  agent_id: z.string().nullable(),
  current_task: z.string().nullable(),
  /** Why the server is not reached; null when it is. */
  problem: z.string().nullable(),
  /** The last heartbeat that the server answered. */
  last_heartbeat: z.string().nullable(),
  /** Messages that wait to be delivered. */
  waiting: z.number(),
})
export type AgentState = z.infer<typeof AgentState>

const fileIn = (home: string) => join(home, 'agent-state.json')

export function writeState(home: string, state: AgentState): void {
  writeWholeFile(fileIn(home), `${JSON.stringify(state)}\n`, { mode: 0o600 })
}

export const removeState = (home: string): void => rmSync(fileIn(home), { force: true })

/** What the agent said last, also one that was killed since. */
export function readState(home: string): AgentState | undefined {
  try {
    return AgentState.parse(JSON.parse(readFileSync(fileIn(home), 'utf8')))
  } catch {
    return undefined
  }
}
