import { join } from 'node:path'
import { Locked, lockedBy, takeLock } from '../lib/lock.ts'

const fileIn = (home: string) => join(home, 'agent.lock')

/** Another agent runs on this home folder. */
export class AgentRuns extends Error {
  override name = 'AgentRuns'
}

/** Takes the lock of a home folder: one agent at a time. @returns its release @throws AgentRuns */
export async function takeAgentLock(home: string): Promise<() => void> {
  try {
    return (await takeLock(fileIn(home))).release
  } catch (error) {
    if (error instanceof Locked) throw new AgentRuns(`An agent already runs on ${home}, as ${error.by}.`)
    throw error
  }
}

/** The pid of the agent running on a home folder, if any. */
export const runningAgent = (home: string): Promise<number | undefined> => lockedBy(fileIn(home))
