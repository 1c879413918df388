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

/** A file written as `.part` (mode 0600) and renamed when complete. */
export type FileInProgress = {
  /** Path of the part, created empty. */
  part: string
  fd: number
  /** Syncs the part and renames it. @throws file system errors, after removing the part */
  finish(): void
  discard(): void
}

type Options = {
  /** Permissions of the finished file; default: those of the replaced file, else the umask's. */
  mode?: number
}

/** Begins a file; symbolic links are followed. @throws file system errors */
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
 * Replaces a file atomically: readers see the old or the new content, also after a crash or on a full disk.
 * @throws file system errors; the old file is kept
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

/** Makes a rename durable, where the system can sync folders. */
function syncFolder(path: string): void {
  try {
    const folder = openSync(path, 'r')
    try {
      fsyncSync(folder)
    } finally {
      closeSync(folder)
    }
  } catch {
    // The rename is done; it may only reach the disk later.
  }
}

const usualMode = (path: string) =>
  (statSync(path, { throwIfNoEntry: false })?.mode ?? 0o666 & ~process.umask()) & 0o777
