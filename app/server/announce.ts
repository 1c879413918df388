import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { writeWholeFile } from '../../lib/write-file.ts'
import { HomeError } from './home.ts'

/** Written into the home folder by a running server, so that commands on this machine find it. */
const Announcement = z.object({ url: z.url(), pid: z.number() })
export type Announcement = z.infer<typeof Announcement>

const fileIn = (home: string) => join(home, 'server.json')

/** Writes the server's URL into the home folder; returns a function that removes it. @throws HomeError */
export function announceServer(home: string, url: string): () => void {
  const pid = process.pid
  try {
    writeWholeFile(fileIn(home), `${JSON.stringify({ url, pid })}\n`, { mode: 0o600 })
  } catch (error) {
    throw new HomeError(
      `${fileIn(home)} cannot be written: ${(error as NodeJS.ErrnoException).code}. Check the permissions of the home folder.`,
    )
  }
  return () => {
    if (announcedServer(home)?.pid === pid) rmSync(fileIn(home), { force: true })
  }
}

/** The server of this home folder that was started last, if any; it may have crashed since. */
export function announcedServer(home: string): Announcement | undefined {
  try {
    return Announcement.parse(JSON.parse(readFileSync(fileIn(home), 'utf8')))
  } catch {
    return undefined
  }
}
