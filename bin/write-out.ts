import { once } from 'node:events'
import { createWriteStream, existsSync, openSync, renameSync, rmSync, statSync } from 'node:fs'
import { finished } from 'node:stream/promises'
import { CommandFailed } from './output.ts'

/** Where lines go, at the pace at which they are taken. */
export type Sink = { write(text: string): Promise<void>; end(): Promise<void>; discard(): Promise<void> }

/** A file, which appears when it is complete; without a name stdout. @throws CommandFailed where it cannot be written */
export function openSink(path: string | undefined): Sink {
  if (path === undefined) {
    return { write: (text) => paced(process.stdout, text), end: async () => {}, discard: async () => {} }
  }
  const there = existsSync(path) ? statSync(path) : undefined
  if (there?.isDirectory()) throw new CommandFailed(`${path} is a folder: name a file.`)
  // A device or a pipe is written to; only a file may be put in its place.
  const part = there && !there.isFile() ? path : `${path}.part`
  let problem: unknown
  const explained = async <T>(work: () => T | Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      throw new CommandFailed(`${path} cannot be written: ${codeOf(problem ?? error)}.`)
    }
  }
  const opened = explained(() => openSync(part, 'w')).then((fd) =>
    createWriteStream(part, { fd }).on('error', (error) => {
      problem ??= error
    }),
  )
  opened.catch(() => {})
  return {
    write: async (text) => {
      const stream = await opened
      await explained(() => paced(stream, text))
    },
    async end() {
      const stream = await opened
      await explained(async () => {
        stream.end()
        await finished(stream)
        if (part !== path) renameSync(part, path)
      })
    },
    async discard() {
      ;(await opened.catch(() => undefined))?.destroy()
      if (part !== path) rmSync(part, { force: true })
    },
  }
}

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code ?? String(error)

async function paced(stream: NodeJS.WritableStream, text: string): Promise<void> {
  if (!stream.write(text)) await once(stream, 'drain')
}
