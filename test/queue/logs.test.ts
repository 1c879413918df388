import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { attempts } from '../../db/schema.ts'
import { lines, withTest } from './_queue.ts'

const KIB = 1024

test('a repeated number is taken once, in whatever order the chunks come', async () => {
  const { app, host, id } = await withTest('running')
  const send = (...numbers: number[]) =>
    host.send(`/quicktest/${id}/logs`, { lines: numbers.map((seq) => ({ seq, line: `line ${seq}` })) })
  for (const chunk of [[0, 1, 2], [4, 5, 4], [0, 1, 2], [3, 4], [2, 6], []]) {
    expect((await send(...chunk)).status).toBe(200)
  }
  expect(await lines(app, id)).toEqual([0, 1, 2, 4, 5, 3, 6].map((seq) => `line ${seq}`))
})

test('a chunk sent again before the first was answered is taken once, whoever else writes with it', async () => {
  const { app, host, id } = await withTest('running')
  const chunk = { lines: [0, 1, 2].map((seq) => ({ seq, line: `line ${seq}` })) }
  const answers = await Promise.all([
    host.send(`/quicktest/${id}/logs`, chunk),
    host.log(id, 'between'),
    host.send(`/quicktest/${id}/logs`, chunk),
  ])
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
  expect((await lines(app, id)).sort()).toEqual(['between', 'line 0', 'line 1', 'line 2'])
})

test('numbers belong to an attempt: the next one begins at 0 again', async () => {
  const { app, host, id } = await withTest('running')
  const send = (wire: string) =>
    host.send(`/quicktest/${wire}/logs`, { lines: [{ seq: 0, line: `of ${wire}` }] })
  await send(id)
  await host.beat({ uptime_s: 0 })
  await send(`${id}.a2`)
  expect(await lines(app, id)).toEqual([`of ${id}`, `of ${id}.a2`])
})

test('lines without a number are all kept, the same one twice too', async () => {
  const { app, host, id } = await withTest('running')
  await host.log(id, 'same')
  await host.log(id, 'same')
  expect(await lines(app, id)).toEqual(['same', 'same'])
})

test('a log is full at its cap: one marker line, nothing more, no failure', async () => {
  const { app, host, id } = await withTest('running')
  await app.deps.write(async (tx) => {
    await tx.orm.update(attempts).set({ log_lines: 99_998 }).where(eq(attempts.wire_id, id))
  })
  const send = (from: number) =>
    host.send(`/quicktest/${id}/logs`, {
      lines: Array.from({ length: 10 }, (_, i) => ({ seq: from + i, line: `line ${from + i}` })),
    })
  for (const from of [0, 0, 10, 20]) expect((await send(from)).status).toBe(200)
  expect((await host.log(id, 'single')).status).toBe(200)
  expect(await lines(app, id)).toEqual(['line 0', 'line 1', expect.stringContaining('the log is full')])
  expect((await host.status(id, 'completed')).status).toBe(200)
})

test('the bytes of a log are capped too, and what is cut off a line does not count', async () => {
  const { app, host, id } = await withTest('running')
  await app.deps.write(async (tx) => {
    await tx.orm
      .update(attempts)
      .set({ log_bytes: 64 * KIB * KIB - 100 * KIB })
      .where(eq(attempts.wire_id, id))
  })
  for (let i = 0; i < 3; i++) await host.log(id, String(i).repeat(200 * KIB))
  const kept = await lines(app, id)
  expect(kept.map((line) => line[0])).toEqual(['0', '['])
})
