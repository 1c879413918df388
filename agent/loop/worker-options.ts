import type { AgentCommand, AgentRegistration, Heartbeat } from '../../app/agents/schema.ts'
import type { Client } from '../../app/client/client.ts'
import type { Outbox } from '../delivery/outbox.ts'
import type { RunTest } from './jobs.ts'

/** What makes a worker: its server, what it says of itself, and how it runs a test. */
export type WorkerOptions = {
  client: Client
  registration: AgentRegistration
  run: RunTest
  /** Told what a person at the agent's console wants to know. */
  say(line: string): void
  telemetry?(): Promise<Partial<Heartbeat>>
  /** Commands beside tests. @throws with the reason when one fails */
  command?(command: AgentCommand): Promise<void>
  /** The agent's settings, with every heartbeat. */
  settings?(settings: Record<string, string>): void
  /** Told when it has registered, and after every heartbeat, failed ones too. */
  onState?(state: WorkerState): void
  outbox?: Outbox
  /** Milliseconds between tries when the server refuses the token. */
  refusedMs?: number
}

/** How an agent and its server get along. */
export type WorkerState = {
  agent_id: string | undefined
  /** The attempt it works on. */
  current_task: string | null
  /** Why the last heartbeat failed; null when it did not. */
  problem: string | null
}
