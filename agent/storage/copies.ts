import { lstat, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { writeWholeFile } from '../../lib/write-file.ts'
import { exists, placeIn } from './paths.ts'

/** A model the agent copied. The inode distinguishes it from another file of that name. */
export const Copy = z.object({ rel: z.string(), inode: z.string() })
export type Copy = z.infer<typeof Copy>

const File = z.object({ copies: z.array(z.unknown()) })

const OWN = '.kitt'

/**
 * Creates the agent's own folder in the model directory.
 * @throws when a symbolic link is in its place
 */
export async function ownFolder(dir: string, ...names: string[]): Promise<string> {
  await mkdir(dir, { recursive: true })
  let path: string | null = null
  for (const [i] of [OWN, ...names].entries()) {
    const segments = [OWN, ...names].slice(0, i + 1)
    await mkdir(join(dir, ...segments)).catch(() => {})
    path = await placeIn(dir, segments)
    if (path === null)
      throw new Error(`${join(dir, ...segments)} leads elsewhere through a symbolic link: remove it.`)
  }
  return path ?? dir
}

/** The record of models the agent copied; it removes no others. */
export function createCopies(dir: string) {
  const path = join(dir, OWN, 'copies.json')
  const all = async (): Promise<Copy[]> => {
    try {
      const { copies } = File.parse(JSON.parse(await readFile(path, 'utf8')))
      // Skips entries that cannot be read.
      return copies.flatMap((copy) => Copy.safeParse(copy).data ?? [])
    } catch {
      return []
    }
  }
  const write = async (copies: Copy[]) => {
    await ownFolder(dir)
    writeWholeFile(path, JSON.stringify({ copies }, null, 2))
  }
  return {
    all,
    /** Call it before moving the copy to its place: an unrecorded copy would never be removed. */
    async add(copy: Copy) {
      const kept: Copy[] = []
      for (const one of await all())
        if (one.rel !== copy.rel && (await exists(join(dir, one.rel)))) kept.push(one)
      await write([...kept, copy])
    },
    remove: async (rel: string) => write((await all()).filter((one) => one.rel !== rel)),
  }
}

/** Distinguishes a file from another of the same name. */
export async function inodeOf(path: string): Promise<string> {
  const { dev, ino } = await lstat(path, { bigint: true })
  return `${dev}:${ino}`
}
