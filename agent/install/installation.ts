import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { basename, join } from 'node:path'

// $KITT_HOME/agent/versions/<id>/: unpacked packages; agent/current → the one in use; bin/kitt → its launcher.
const versionsIn = (home: string) => join(home, 'agent', 'versions')
const currentIn = (home: string) => join(home, 'agent', 'current')

/** Path of the active version's program. */
export const installedProgram = (home: string): string => join(currentIn(home), 'kitt-agent.mjs')

/** A version's id, from the digest of its package. */
export const versionId = (digest: string): string => digest.slice(0, 16)

/** The active version; undefined when the agent was not installed from a package. */
export function activeVersion(home: string): string | undefined {
  try {
    return basename(readlinkSync(currentIn(home)))
  } catch {
    return undefined
  }
}

/** Moves an unpacked package to the versions. @returns its id */
export function addVersion(home: string, unpacked: string, digest: string): string {
  const id = versionId(digest)
  const target = join(versionsIn(home), id)
  mkdirSync(versionsIn(home), { recursive: true })
  if (existsSync(target)) rmSync(unpacked, { recursive: true })
  else renameSync(unpacked, target)
  return id
}

/** Makes a version the active one, atomically. */
export function activate(home: string, id: string): void {
  replaceLink(currentIn(home), join('versions', id))
  mkdirSync(join(home, 'bin'), { recursive: true })
  replaceLink(join(home, 'bin', 'kitt'), join('..', 'agent', 'current', 'kitt'))
}

/** Removes all versions but the active one and `keep`, the one to roll back to. */
export function prune(home: string, keep: string | undefined): void {
  const active = activeVersion(home)
  for (const id of readdirSync(versionsIn(home)))
    if (id !== active && id !== keep) rmSync(join(versionsIn(home), id), { recursive: true, force: true })
}

function replaceLink(path: string, target: string) {
  const fresh = `${path}.${process.pid}`
  rmSync(fresh, { force: true })
  symlinkSync(target, fresh)
  if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory())
    throw new Error(`${path} is a folder where a link should be: move it away.`)
  renameSync(fresh, path)
}
