import { type FileHandle, open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'

/** A file is written anew when it has grown by what it held then, and by at least this. */
const COMPACT_BYTES = 1024 * 1024

/**
 * A file that lines are appended to, each batch synced, one writer at a time. Now and then it is written anew
 * from `whole`, what it must hold now; also after the disk did not take something.
 */
export class JournalDisk {
  #path: string
  #whole: () => string
  #say: (line: string) => void
  #file: FileHandle | undefined
  #lines: string[] = []
  #size = 0
  #least = 0
  #broken = false
  #writing: Promise<void> = Promise.resolve()
  #busy = false

  constructor(path: string, whole: () => string, say: (line: string) => void) {
    this.#path = path
    this.#whole = whole
    this.#say = say
  }

  /** Puts a complete new file in the place of the old one. @throws where that cannot be done */
  async rewrite(): Promise<void> {
    this.#lines = []
    const text = this.#whole()
    const fresh = await open(`${this.#path}.new`, 'w', 0o600)
    try {
      await fresh.write(text)
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
    this.#least = text.length
  }

  append(line: string) {
    this.#lines.push(line)
    if (this.#busy) return
    this.#busy = true
    this.#writing = this.#write().finally(() => {
      this.#busy = false
    })
  }

  /** Resolves when everything appended so far is written, or could not be. */
  idle = (): Promise<void> => this.#writing

  async close() {
    await this.#writing
    await this.#file?.close()
    this.#file = undefined
  }

  async #write() {
    // A moment's lines are written and synced together.
    while (this.#lines.length > 0 && this.#file) {
      const text = this.#lines.splice(0).join('')
      try {
        if (this.#broken || this.#size + text.length - this.#least > Math.max(COMPACT_BYTES, this.#least))
          await this.rewrite()
        else {
          await this.#file.write(text)
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

/** Makes a rename last; not every system lets a folder be synced. */
async function syncFolder(path: string) {
  try {
    const folder = await open(path, 'r')
    await folder.sync().finally(() => folder.close())
  } catch {
    // The rename itself is done; only its moment on disk is not known.
  }
}
