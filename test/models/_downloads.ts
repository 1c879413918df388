import { expect, vi } from 'vitest'
import type { TestApp } from '../_setup.ts'
import { json, type Reply } from './_devon.ts'

type Told = { repo_id: string; status: string; error: string | null; source_id: string }

/** Every `model_download` event so far, in order. */
export async function downloadsTold({ deps }: TestApp): Promise<Told[]> {
  const { rows } = await deps.db.reader.execute(
    "select data from events where type = 'model_download' order by id",
  )
  return rows.map((row) => {
    const { at, ...data } = JSON.parse(String(row['data'])) as Told & { at: string }
    return data
  })
}

/** Lets time pass, `step` milliseconds at once, while real sockets answer, until something is so. */
export const passUntil = (app: TestApp, so: () => boolean | Promise<boolean>, step = 2000) =>
  vi.waitFor(
    async () => {
      await app.clock.advance(step)
      expect(await so()).toBe(true)
    },
    { interval: 5, timeout: 45_000 },
  )

/** Lets time pass until the last download has ended, and gives all that was told. */
export async function untilEnded(app: TestApp, step?: number): Promise<Told[]> {
  await passUntil(app, async () => (await downloadsTold(app)).at(-1)?.status !== 'downloading', step)
  return downloadsTold(app)
}

export const PATH = '/api/v1/models/download'
/** What Devon is asked, and how it answers. */
export const START = 'POST /api/v1/downloads'
export const STATUS = 'GET /api/v1/downloads/j1'
export const started = json(202, { job: { id: 'j1', status: 'queued' } })
export const downloading = json(200, { status: 'downloading', error: null, result: null })
export const completed = json(200, { status: 'completed', error: null, result: { path: '/m/x' } })
/** What KITT answers, and tells. */
export const accepted = { repo_id: 'Qwen/X', status: 'downloading', job_id: 'j1', path: null }
export const event = (status: string, error: string | null = null, source_id = 'j1') => ({
  repo_id: 'Qwen/X',
  status,
  error,
  source_id,
})

/** One reply after the other; the last one stays. */
export const inTurn = (...replies: Reply[]): Reply => {
  let turn = 0
  return (response, seen) => replies[Math.min(turn++, replies.length - 1)]?.(response, seen)
}
