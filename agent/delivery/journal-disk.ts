import { type FileHandle, open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'

/** The file is compacted when it has grown by its compacted size, and by at least this. */
const COMPACT_BYTES = 1024 * 1024

/**
 * A file that lines are appended to, each batch synced, one writer at a time. It is rewritten from `snapshot` to
 * compact it, and after a failed write.
 */
export class JournalDisk {
  #path: string
  #snapshot: () => string
  #say: (line: string) => void
  #file: FileHandle | undefined
  #lines: string[] = []
  #size = 0
  #compactedSize = 0
  #broken = false
  #writing: Promise<void> = Promise.resolve()
  #busy = false

  constructor(path: string, snapshot: () => string, say: (line: string) => void) {
    this.#path = path
    this.#snapshot = snapshot
    this.#say = say
  }

  /** Replaces the file atomically. @throws file system errors */
  async rewrite(): Promise<void> {
    this.#lines = []
    const text = this.#snapshot()
    const fresh = await open(`${this.#path}.new`, 'w', 0o600)
    try {
      await fresh.writeFile(text)
      await fresh.datasync()
      await rename(`${this.#path}.new`, this.#path)
      await syncFolder(dirname(this.#path))
    } catch (error) {
      await fresh.close()
      throw error
    }
    await this.#file?.close()
    this.#file = fresh
    this.#size = text.length
    this.#compactedSize = text.length
  }

  append(line: string) {
    this.#lines.push(line)
    if (this.#busy) return
    this.#busy = true
    this.#writing = this.#write().finally(() => {
      this.#busy = false
    })
  }

  /** Resolves when everything appended so far is written, or has failed. */
  idle = (): Promise<void> => this.#writing

  async close() {
    await this.#writing
    await this.#file?.close()
    this.#file = undefined
  }

  async #write() {
    // Lines appended during a write are written and synced together.
    while (this.#lines.length > 0 && this.#file) {
      const text = this.#lines.splice(0).join('')
      try {
        const growth = this.#size + text.length - this.#compactedSize
        if (this.#broken || growth > Math.max(COMPACT_BYTES, this.#compactedSize)) await this.rewrite()
        else {
          await this.#file.appendFile(text)
          await this.#file.datasync()
          this.#size += text.length
        }
        this.#broken = false
      } catch (error) {
        if (!this.#broken)
          this.#say(`the spool cannot be written, messages are kept in memory: ${String(error)}`)
        this.#broken = true
      }
    }
  }
}

/** Without blocking: a measurement may be running. */
async function syncFolder(path: string) {
  try {
    const folder = await open(path, 'r')
    await folder.sync().finally(() => folder.close())
  } catch {
    // The rename is done; it may only reach the disk later.
  }
}
