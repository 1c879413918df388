import { once } from 'node:events'
import { createWriteStream, existsSync, statSync } from 'node:fs'
import { finished } from 'node:stream/promises'
import { visibleLines } from '../../lib/visible.ts'
import { beginFile, type FileInProgress, writeWholeFile } from '../../lib/write-file.ts'
import { CommandFailed } from './output.ts'

/** A destination for text or bytes; `write` resolves when it can take more. */
export type Sink = {
  write(content: string | Uint8Array): Promise<void>
  end(): Promise<void>
  discard(): Promise<void>
}

/** Opens a file, which appears when it is complete; stdout without a path. @throws CommandFailed if it cannot be written */
export function openSink(path: string | undefined): Sink {
  if (path === undefined) return sinkTo(process.stdout)
  const there = existsSync(path) ? statSync(path) : undefined
  if (there?.isDirectory()) throw new CommandFailed(`${path} is a folder: name a file.`)
  // A device or a pipe cannot be replaced by a file: it is written to directly.
  if (there && !there.isFile()) return sinkInto(path, createWriteStream(path))
  const file = withWriteErrors(path, () => beginFile(path))
  return sinkInto(path, createWriteStream(file.part, { fd: file.fd, autoClose: false }), file)
}

/** Writes a whole file. @throws CommandFailed if it cannot be written */
export function writeOut(path: string, content: string, options: { mode?: number } = {}): void {
  withWriteErrors(path, () => writeWholeFile(path, content, options))
}

/** Runs `work` on `path`, with an error of the file system as a sentence. @throws CommandFailed */
export function withWriteErrors<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw cannotWrite(path, error)
  }
}

const cannotWrite = (path: string, error: unknown) =>
  new CommandFailed(`${path} cannot be written: ${(error as NodeJS.ErrnoException).code ?? String(error)}.`)

function sinkTo(stream: NodeJS.WritableStream): Sink {
  // Bytes may end within a character.
  const decoder = new TextDecoder()
  const shown = (content: string | Uint8Array) =>
    visibleLines(typeof content === 'string' ? content : decoder.decode(content, { stream: true }))
  return {
    // A terminal must not interpret control characters; a file or a program gets the text unchanged.
    write: (content) => paced(stream, process.stdout.isTTY ? shown(content) : content),
    end: async () => {},
    discard: async () => {},
  }
}

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
    write: (content) => tried(() => paced(stream, content)),
    end: () =>
      tried(async () => {
        stream.end()
        await finished(stream)
        file?.finish()
      }),
    async discard() {
      if (!file) return void stream.destroy()
      // Destroying the stream would close the descriptor, which is the file's.
      if (problem === undefined) await new Promise<void>((done) => void stream.end(() => done()))
      file.discard()
    },
  }
}

async function paced(stream: NodeJS.WritableStream, content: string | Uint8Array): Promise<void> {
  if (!stream.write(content)) await once(stream, 'drain')
}
