import { linkSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname } from 'node:path'
import { pause } from './pause.ts'
import { identityOf } from './process-identity.ts'
import { writeWholeFile } from './write-file.ts'

type Holder = { pid: number; identity: string | null; host: string; about: string }

/** Another process has the lock. */
export class Locked extends Error {
  override name = 'Locked'
  /** `process 17 on gpu-1, https://…` */
  readonly by: string
  constructor(path: string, holder?: Holder) {
    const by = holder ? holderText(holder) : 'a process that starts'
    super(`${path} is held by ${by}.`)
    this.by = by
  }
}

/** The folder of a lock cannot be written; the message says what to do. */
export class FolderUnwritable extends Error {
  override name = 'FolderUnwritable'
}

/** @throws FolderUnwritable when `work` throws */
function written<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error)
    throw new FolderUnwritable(
      `${dirname(path)} cannot be written: ${reason}. Free some space, or set KITT_HOME to a folder that can be written.`,
    )
  }
}

const holderText = ({ pid, host, about }: Holder): string =>
  `process ${pid}${host === hostname() ? '' : ` on ${host}`}${about ? `, ${about}` : ''}`

/** The holder touches its lock at this interval, so that another machine sharing the folder sees it is alive. */
const TOUCH_MS = 5000
const LOOK_MS = 500
const TRIES = 3

export type Lock = {
  release(): void
  /** Adds to the holder's description, such as its URL. */
  describe(about: string): void
}

/**
 * Takes the lock at `path`, held by one process at a time. The lock of a dead process is taken over.
 * @throws Locked, FolderUnwritable
 */
export async function takeLock(path: string): Promise<Lock> {
  const me: Holder = {
    pid: process.pid,
    identity: await identityOf(process.pid),
    host: hostname(),
    about: '',
  }
  let mine = JSON.stringify(me)
  for (let tries = 0; !written(path, () => create(path, mine)); tries++) {
    const text = readText(path)
    const holder = await holderOf(path, text)
    if (holder || tries >= TRIES) throw new Locked(path, holder)
    if (text !== undefined) removeStale(path, text)
  }
  const touching = setInterval(() => touch(path), TOUCH_MS)
  touching.unref()
  return {
    describe(about) {
      mine = JSON.stringify({ ...me, about })
      written(path, () => writeWholeFile(path, mine, { mode: 0o600 }))
    },
    release() {
      clearInterval(touching)
      if (readText(path) === mine) rmSync(path, { force: true })
    },
  }
}

/** The pid of the lock's holder; undefined when the lock is free or its holder is dead. */
export const lockedBy = async (path: string): Promise<number | undefined> =>
  (await holderOf(path, readText(path)))?.pid

async function holderOf(path: string, text: string | undefined): Promise<Holder | undefined> {
  const holder = parsed(text)
  if (!holder) return undefined
  if (holder.host !== hostname()) return (await isTouched(path)) ? holder : undefined
  const now = await identityOf(holder.pid)
  return now !== null && now === holder.identity ? holder : undefined
}

/** Whether the file's time changes. It is not compared with a clock: the holder's may differ. */
async function isTouched(path: string): Promise<boolean> {
  const touchedAt = () => statSync(path, { throwIfNoEntry: false })?.mtimeMs
  const before = touchedAt()
  for (let waited = 0; waited < 3 * TOUCH_MS; waited += LOOK_MS) {
    await pause(LOOK_MS)
    if (touchedAt() !== before) return touchedAt() !== undefined
  }
  return false
}

function touch(path: string) {
  try {
    utimesSync(path, new Date(), new Date())
  } catch {
    // Writers to this folder report the error.
  }
}

/** Creates a file atomically; false when it exists. */
function create(path: string, text: string): boolean {
  const fresh = `${path}.${process.pid}`
  writeFileSync(fresh, text, { mode: 0o600 })
  try {
    linkSync(fresh, path)
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return false
    if (code === 'EPERM' || code === 'ENOSYS' || code === 'ENOTSUP') return createWithoutLinks(path, text)
    throw error
  } finally {
    rmSync(fresh, { force: true })
  }
}

/** For file systems without hard links. */
function createWithoutLinks(path: string, text: string): boolean {
  try {
    writeFileSync(path, text, { mode: 0o600, flag: 'wx' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** Removes a dead process's lock; restores it when another process replaced it meanwhile. */
function removeStale(path: string, stale: string) {
  const aside = `${path}.stale.${process.pid}`
  try {
    renameSync(path, aside)
    const taken = readText(aside)
    if (taken !== undefined && taken !== stale) create(path, taken)
  } catch {
    // Another process was faster.
  } finally {
    rmSync(aside, { force: true })
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

/** Parses a lock file. Older versions wrote no host: this one is assumed. */
function parsed(text: string | undefined): Holder | undefined {
  try {
    const { pid, identity, host = hostname(), about = '' } = JSON.parse(text ?? '') as Partial<Holder>
    if (!Number.isInteger(pid) || (pid ?? 0) < 1) return undefined
    return { pid: Number(pid), identity: identity ?? null, host: String(host), about: String(about) }
  } catch {
    return undefined
  }
}
