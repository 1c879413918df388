import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { writeWholeFile } from '../../lib/write-file.ts'
import { HomeError } from './home.ts'

/** What a running server leaves in its home folder, so that the command line on its machine finds it. */
const Announcement = z.object({ url: z.url(), pid: z.number() })
export type Announcement = z.infer<typeof Announcement>

const fileIn = (home: string) => join(home, 'server.json')

/** Says in the home folder where this server is; returns what takes it back. @throws HomeError */
export function announceServer(home: string, url: string): () => void {
  const pid = process.pid
  try {
    writeWholeFile(fileIn(home), `${JSON.stringify({ url, pid })}\n`, { mode: 0o600 })
  } catch (error) {
    throw new HomeError(`${fileIn(home)} cannot be written: ${(error as NodeJS.ErrnoException).code}.`)
  }
  return () => {
    if (announcedServer(home)?.pid === pid) rmSync(fileIn(home), { force: true })
  }
}

/** The server of this home folder that was started last and has not ended by itself, if any. */
export function announcedServer(home: string): Announcement | undefined {
  try {
    return Announcement.parse(JSON.parse(readFileSync(fileIn(home), 'utf8')))
  } catch {
    return undefined
  }
}
