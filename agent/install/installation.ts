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

// $KITT_HOME/agent/versions/<id>/  the unpacked packages   agent/current → the one in use   bin/kitt → its launcher
const versionsIn = (home: string) => join(home, 'agent', 'versions')
const currentIn = (home: string) => join(home, 'agent', 'current')

/** The program in use, whichever version it is. */
export const installedProgram = (home: string): string => join(currentIn(home), 'kitt-agent.mjs')

/** Names a version by the digest of its package. */
export const versionId = (digest: string): string => digest.slice(0, 16)

/** The version in use; undefined where the agent was not installed from a package. */
export function activeVersion(home: string): string | undefined {
  try {
    return basename(readlinkSync(currentIn(home)))
  } catch {
    return undefined
  }
}

/** Puts an unpacked package among the versions. @returns its id */
export function addVersion(home: string, unpacked: string, digest: string): string {
  const id = versionId(digest)
  const target = join(versionsIn(home), id)
  mkdirSync(versionsIn(home), { recursive: true })
  if (existsSync(target)) rmSync(unpacked, { recursive: true })
  else renameSync(unpacked, target)
  return id
}

/** Takes a version into use, in one step: whoever starts the agent gets the one or the other. */
export function activate(home: string, id: string): void {
  replaceLink(currentIn(home), join('versions', id))
  mkdirSync(join(home, 'bin'), { recursive: true })
  replaceLink(join(home, 'bin', 'kitt'), join('..', 'agent', 'current', 'kitt'))
}

/** Removes versions that are neither in use nor `keep`, the one to go back to. */
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
