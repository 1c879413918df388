import { join } from 'node:path'
import { Locked, lockedBy, takeLock } from '../lib/lock.ts'

const fileIn = (home: string) => join(home, 'agent.lock')

/** Another agent runs on this home folder. */
export class AgentRuns extends Error {
  override name = 'AgentRuns'
}

/** Takes the lock of a home folder, one agent's at a time. @returns what gives it back @throws AgentRuns */
export async function takeAgentLock(home: string): Promise<() => void> {
  try {
    return (await takeLock(fileIn(home))).release
  } catch (error) {
    if (error instanceof Locked) throw new AgentRuns(`An agent runs already on ${home}, as ${error.by}.`)
    throw error
  }
}

/** The process of the agent that runs on a home folder, if one does. */
export const runningAgent = (home: string): Promise<number | undefined> => lockedBy(fileIn(home))
