import type { AgentCommand, AgentRegistration, Heartbeat } from '../../app/agents/schema.ts'
import type { Client } from '../../app/client/client.ts'
import type { Outbox } from '../delivery/outbox.ts'
import type { RunTest } from './jobs.ts'

export type WorkerOptions = {
  client: Client
  registration: AgentRegistration
  run: RunTest
  /** Logs a line on the agent's console. */
  say(line: string): void
  telemetry?(): Promise<Partial<Heartbeat>>
  /** Runs a command other than a test. @throws the reason when it fails */
  command?(command: AgentCommand): Promise<void>
  /** Receives the agent's settings with every heartbeat. */
  settings?(settings: Record<string, string>): void
  /** Called after registration and after every heartbeat, also a failed one. */
  onState?(state: WorkerState): void
  outbox?: Outbox
  /** Milliseconds between tries when the server refuses the token. */
  refusedMs?: number
}

export type WorkerState = {
  agent_id: string | undefined
  /** The running attempt. */
  current_task: string | null
  /** Why the last heartbeat failed; null when it succeeded. */
  problem: string | null
}
