import { once } from 'node:events'
import { createWriteStream, existsSync, renameSync, rmSync, statSync } from 'node:fs'
import { finished } from 'node:stream/promises'
import { CommandFailed } from './output.ts'

/** Where lines go, at the pace at which they are taken. */
export type Sink = { write(text: string): Promise<void>; end(): Promise<void>; discard(): Promise<void> }

/** A file, which appears when it is complete; without a name stdout. @throws CommandFailed where it cannot be written */
export function openSink(path: string | undefined): Sink {
  if (path === undefined) {
    return { write: (text) => paced(process.stdout, text), end: async () => {}, discard: async () => {} }
  }
  if (existsSync(path) && statSync(path).isDirectory())
    throw new CommandFailed(`${path} is a folder: name a file.`)
  const part = `${path}.part`
  const stream = createWriteStream(part)
  const failed = once(stream, 'error').then(([error]) => {
    throw new CommandFailed(`${path} cannot be written: ${(error as NodeJS.ErrnoException).code}.`)
  })
  failed.catch(() => {})
  return {
    write: (text) => Promise.race([paced(stream, text), failed]),
    async end() {
      stream.end()
      await Promise.race([finished(stream), failed])
      renameSync(part, path)
    },
    async discard() {
      stream.destroy()
      rmSync(part, { force: true })
    },
  }
}

async function paced(stream: NodeJS.WritableStream, text: string): Promise<void> {
  if (!stream.write(text)) await once(stream, 'drain')
}
