import type { WriteTx } from '../../db/writer.ts'
import { SETUP_STATES } from '../../lib/states.ts'
import { setupState } from './events.ts'
import type { SetupState } from './schema.ts'

/** The states that follow from the number of runs once there is another one; the others are set by the watch. */
const BY_COUNT: readonly SetupState[] = ['learning', 'steady', 'missing']

export const isByCount = (state: SetupState) => BY_COUNT.includes(state)

/** The place of a state in lists, worst first. */
export const rankOf = (state: SetupState) => SETUP_STATES.indexOf(state)

type SetupRow = { id: string; label: string; agent_id: string | null; runs: number }

/** The event of a setup that began, got a run, lost its last one or changed its state. */
export const toldState = ({ id, label, agent_id, runs }: SetupRow, state: SetupState, at: number) =>
  setupState.row({ state, label, runs }, { source_id: id, parent_id: agent_id, at })

/**
 * Sets the state of a setup and emits its event: the only place that does. Nothing happens if it has the state, or
 * is gone. @returns whether it changed
 */
export async function setSetupState(
  tx: WriteTx,
  id: string,
  state: SetupState,
  at: number,
): Promise<boolean> {
  const [row] = await tx.execute<SetupRow>(
    'UPDATE setups SET state = ?1, state_rank = ?2 WHERE id = ?3 AND state <> ?1 RETURNING id, label, agent_id, runs',
    [state, rankOf(state), id],
  )
  if (row) tx.emit(toldState(row, state, at))
  return row !== undefined
}
