import type { WriteTx } from '../../db/writer.ts'
import { commandReady } from '../agents/events.ts'
import type { Deps } from '../deps.ts'
import { WrongState } from '../errors.ts'
import type { TestRow } from '../quicktests/events.ts'
import { findTest } from '../quicktests/service.ts'
import { showAgent } from './agent-status.ts'
import { endAttempt, liveAttempt } from './attempts.ts'
import { moveTest } from './test-states.ts'

/** Cancels an open test; its agent learns of it with the next heartbeat. @throws NotFound, WrongState */
export function cancelQuickTest(deps: Deps, id: string) {
  return deps.write(async (tx) => {
    const test = await findTest(tx.orm, id)
    if (!(await withdraw(tx, test, deps.clock.now())))
      throw new WrongState(`The test is already ${test.status}.`)
    return { status: 'cancelled' as const }
  })
}

/** Cancels a test and its live attempt; false when it had ended. */
export async function withdraw(tx: WriteTx, test: TestRow, at: number): Promise<boolean> {
  const live = await liveAttempt(tx.orm, test.agent_id)
  if (live?.test_id === test.id) {
    await endAttempt(tx, live, 'cancelled', at)
    await showAgent(tx, test.agent_id, at)
    // With an open stream, the agent learns of it within a second.
    tx.emit(commandReady.row({ agent_id: test.agent_id }, { source_id: test.agent_id, at }))
  }
  return moveTest(tx, test.id, 'cancelled', at)
}
