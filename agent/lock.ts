import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { identityOf } from './engines/processes.ts'

const Holder = z.object({ pid: z.int().min(1), identity: z.string().nullable() })
type Holder = z.infer<typeof Holder>

const fileIn = (home: string) => join(home, 'agent.lock')

/** Another agent runs on this home folder. */
export class AgentRuns extends Error {
  override name = 'AgentRuns'
}

/**
 * Takes the lock of a home folder, one agent's at a time; that of a process that is gone is taken over.
 * @returns what gives it back @throws AgentRuns
 */
export async function takeLock(home: string): Promise<() => void> {
  const path = fileIn(home)
  const mine = JSON.stringify({ pid: process.pid, identity: await identityOf(process.pid) })
  for (let tries = 0; tries < 3; tries++) {
    if (create(path, mine)) return () => release(path, mine)
    const text = readText(path)
    const holder = await holderOf(text)
    if (holder) throw new AgentRuns(`An agent runs already on ${home}, as process ${holder.pid}.`)
    if (text !== undefined) removeStale(path, text)
  }
  throw new AgentRuns(`The lock ${path} cannot be taken: another agent is starting.`)
}

/** The process of the agent that runs on a home folder, if one does. */
export async function runningAgent(home: string): Promise<number | undefined> {
  return (await holderOf(readText(fileIn(home))))?.pid
}

async function holderOf(text: string | undefined): Promise<Holder | undefined> {
  const holder = Holder.safeParse(parsed(text))
  if (!holder.success) return undefined
  const now = await identityOf(holder.data.pid)
  return now !== null && now === holder.data.identity ? holder.data : undefined
}

/** A file that appears complete or not at all, and only where there is none. */
function create(path: string, text: string): boolean {
  const fresh = `${path}.${process.pid}`
  writeFileSync(fresh, text, { mode: 0o600 })
  try {
    linkSync(fresh, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(fresh, { force: true })
  }
}

/** Takes away what a dead agent left; what another has put there meanwhile is put back. */
function removeStale(path: string, stale: string) {
  const aside = `${path}.stale.${process.pid}`
  try {
    renameSync(path, aside)
    const taken = readText(aside)
    if (taken !== undefined && taken !== stale) create(path, taken)
  } catch {
    // Somebody else was faster.
  } finally {
    rmSync(aside, { force: true })
  }
}

function release(path: string, mine: string) {
  if (readText(path) === mine) rmSync(path, { force: true })
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '')
  } catch {
    return undefined
  }
}
