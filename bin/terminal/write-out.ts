import { once } from 'node:events'
import { createWriteStream, existsSync, statSync } from 'node:fs'
import { finished } from 'node:stream/promises'
import { visibleLines } from '../../lib/visible.ts'
import { beginFile, type FileInProgress, writeWholeFile } from '../../lib/write-file.ts'
import { CommandFailed } from './output.ts'

/** Where lines go, at the pace at which they are taken. */
export type Sink = { write(text: string): Promise<void>; end(): Promise<void>; discard(): Promise<void> }

/** A file, which appears when it is complete; without a name stdout. @throws CommandFailed where it cannot be written */
export function openSink(path: string | undefined): Sink {
  if (path === undefined) return sinkTo(process.stdout)
  const there = existsSync(path) ? statSync(path) : undefined
  if (there?.isDirectory()) throw new CommandFailed(`${path} is a folder: name a file.`)
  // A device or a pipe is written to; only a file may be put in its place.
  if (there && !there.isFile()) return sinkInto(path, createWriteStream(path))
  const file = explained(path, () => beginFile(path))
  return sinkInto(path, createWriteStream(file.part, { fd: file.fd, autoClose: false }), file)
}

/** Writes a whole file for a person. @throws CommandFailed where it cannot be written */
export function writeOut(path: string, content: string, options: { mode?: number } = {}): void {
  explained(path, () => writeWholeFile(path, content, options))
}

/** What the file system says, in one sentence. @throws CommandFailed */
export function explained<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw cannotWrite(path, error)
  }
}

const cannotWrite = (path: string, error: unknown) =>
  new CommandFailed(`${path} cannot be written: ${(error as NodeJS.ErrnoException).code ?? String(error)}.`)

const sinkTo = (stream: NodeJS.WritableStream): Sink => ({
  // On a terminal nothing in it may be obeyed; a file or a program gets it as it is.
  write: (text) => paced(stream, process.stdout.isTTY ? visibleLines(text) : text),
  end: async () => {},
  discard: async () => {},
})

function sinkInto(path: string, stream: ReturnType<typeof createWriteStream>, file?: FileInProgress): Sink {
  let problem: unknown
  stream.on('error', (error) => {
    problem ??= error
  })
  const tried = async (work: () => Promise<void>) => {
    try {
      await work()
    } catch (error) {
      throw cannotWrite(path, problem ?? error)
    }
  }
  return {
    write: (text) => tried(() => paced(stream, text)),
    end: () =>
      tried(async () => {
        stream.end()
        await finished(stream)
        file?.finish()
      }),
    async discard() {
      stream.destroy()
      file?.discard()
    },
  }
}

async function paced(stream: NodeJS.WritableStream, text: string): Promise<void> {
  if (!stream.write(text)) await once(stream, 'drain')
}
