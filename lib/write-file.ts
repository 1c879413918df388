import {
  closeSync,
  existsSync,
  fchmodSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'

/** A file that appears under its name when it is complete: written beside it as `.part`, at 0600. */
export type FileInProgress = {
  /** The path of the part; it exists, and is empty at first. */
  part: string
  fd: number
  /** Syncs the part and puts it in its place. @throws as the file system does; nothing is left then */
  finish(): void
  /** Leaves nothing behind. */
  discard(): void
}

type Options = {
  /** Permissions of the finished file: without them those of the file that is replaced, or what the umask leaves. */
  mode?: number
}

/** Begins a file. A link is followed. @throws as the file system does */
export function beginFile(path: string, { mode }: Options = {}): FileInProgress {
  const target = existsSync(path) ? realpathSync(path) : path
  const part = `${target}.part`
  rmSync(part, { force: true })
  const fd = openSync(part, 'wx', 0o600)
  let open = true
  const close = () => {
    if (open) closeSync(fd)
    open = false
  }
  const discard = () => {
    close()
    rmSync(part, { force: true })
  }
  return {
    part,
    fd,
    discard,
    finish() {
      try {
        fchmodSync(fd, mode ?? usualMode(target))
        fsyncSync(fd)
        close()
        renameSync(part, target)
      } catch (error) {
        discard()
        throw error
      }
      syncFolder(dirname(target))
    },
  }
}

/**
 * Writes a whole file: a reader sees the old content or the new, never a part, also after a crash or on a full disk.
 * @throws as the file system does; the old file is there still
 * @example writeWholeFile('/home/k/.kitt/agent.json', text, { mode: 0o600 })
 */
export function writeWholeFile(path: string, content: string | Uint8Array, options: Options = {}): void {
  const file = beginFile(path, options)
  try {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content
    for (let at = 0; at < bytes.length; ) at += writeSync(file.fd, bytes, at)
  } catch (error) {
    file.discard()
    throw error
  }
  file.finish()
}

/** Makes a rename last; not every system lets a folder be synced. */
export function syncFolder(path: string): void {
  try {
    const folder = openSync(path, 'r')
    try {
      fsyncSync(folder)
    } finally {
      closeSync(folder)
    }
  } catch {
    // The rename itself is done; only its moment on disk is not known.
  }
}

const usualMode = (path: string) =>
  (statSync(path, { throwIfNoEntry: false })?.mode ?? 0o666 & ~process.umask()) & 0o777
