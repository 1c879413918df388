import type { ACTIVE_CAMPAIGN, ENDED, OPEN_CELL, PLACED_CELL } from '../../../lib/states.ts'
import type { AgentStatus } from '../../agents/schema.ts'
import type { AgentMachine } from '../../engines/compatibility.ts'
import type { TestStatus } from '../../quicktests/schema.ts'
import type { CellSpec } from '../matrix.ts'
import type { Counters } from '../schema.ts'

/** An agent that a campaign may use. */
export type Host = AgentMachine & {
  id: string
  name: string
  status: AgentStatus
  schedulable: boolean
  /** Open tests of others that run before those of this campaign. */
  load: number
  /** All its open tests that are not of this campaign. */
  busy: number
  /** Whether it takes any run, not only those that name it. */
  shared: boolean
}

/** The latest test of a cell. `headline` is the main metric of its result, for the log. */
export type CellTest = {
  id: string
  status: TestStatus
  agent_id: string
  agent_name: string
  attempt: number
  error: string | null
  result_id: string | null
  headline: string | null
  started_at: number | null
  completed_at: number | null
}

/** A cell that has not ended. */
export type OpenCell = {
  idx: number
  spec: CellSpec
  status: (typeof OPEN_CELL)[number]
  tries: number
  attempt: number
  test: CellTest | null
}

/** Everything that decides what a campaign does next. */
export type CampaignRows = {
  status: (typeof ACTIVE_CAMPAIGN)[number]
  waiting_for: string | null
  retries: number
  counters: Counters
  cells: OpenCell[]
  /** The agents of the campaign, available or not. */
  hosts: Host[]
}

export type Ended = (typeof ENDED)[number] | 'skipped'

export type Action =
  | { do: 'show'; cell: OpenCell; test: CellTest; status: (typeof PLACED_CELL)[number] }
  | { do: 'end'; cell: OpenCell; status: Ended; reason: string | null }
  | { do: 'retry'; cell: OpenCell; reason: string }
  | { do: 'move'; cell: OpenCell; test: CellTest; host: Host }
  | { do: 'place'; cell: OpenCell; host: Host }
  | { do: 'start' }
  | { do: 'wait'; reason: string | null }
  | { do: 'finish'; status: (typeof ENDED)[number]; error: string | null; counters: Counters }
