import type { Transaction } from '@libsql/client'
import { expect, test } from 'vitest'
import { settled } from '../_clock.ts'
import { ADMIN_TOKEN, createTestApp, type TestApp } from '../_setup.ts'
import { type Answers, answerOf, type Request, WRITES } from './_writes.ts'

/** Lets the n-th statement of the next transaction throw; says whether it did. */
function failPoint({ deps }: TestApp) {
  const { writer } = deps.db
  const begin = writer.transaction.bind(writer)
  let left = Number.POSITIVE_INFINITY
  const count = () => {
    if (--left === 0) throw new Error('an exception inside a write')
  }
  writer.transaction = async (mode?: 'write' | 'read' | 'deferred') => {
    const tx = await begin(mode ?? 'write')
    const execute = tx.execute.bind(tx)
    tx.execute = async (statement: Parameters<Transaction['execute']>[0]) => {
      count()
      return execute(statement)
    }
    return tx
  }
  return (n: number) => {
    left = n
    return () => {
      const failed = left <= 0
      left = Number.POSITIVE_INFINITY
      return failed
    }
  }
}

/** Everything that is stored. */
async function stored({ deps }: TestApp) {
  const tables = await deps.db.reader.execute("select name from sqlite_master where type = 'table'")
  const all = tables.rows.map(async ({ name }) => [
    name,
    (await deps.db.reader.execute(`select * from "${name}"`)).rows,
  ])
  return JSON.stringify(await Promise.all(all))
}

test('19: an exception at any statement of any write: nothing of it is stored or told, and the next 20 requests work', async () => {
  const app = await createTestApp()
  const failAt = failPoint(app)
  const answers: Answers = {}
  const ask = async ([method, path, body]: Request) => {
    const headers = { Authorization: `Bearer ${ADMIN_TOKEN}`, 'Content-Type': 'application/json' }
    const init = { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) }
    const response = await app.app.fetch(new globalThis.Request(`http://test/api/v1${path}`, init))
    return { status: response.status, text: await response.text() }
  }
  let failures = 0
  for (const [name, request] of WRITES) {
    for (let n = 1; ; n++) {
      await settled()
      const [before, told] = [await stored(app), app.deps.bus.published]
      const failed = failAt(n)
      const { status, text } = await ask(request(answers))
      if (!failed() || status < 300) {
        expect(status, `${name}: ${text}`).toBeLessThan(300)
        answers[name] = answerOf(text)
        break
      }
      expect(status, `${name}, statement ${n}: ${text}`).toBe(500)
      expect(await stored(app), `${name}, statement ${n}`).toBe(before)
      expect(app.deps.bus.published, `${name}, statement ${n}`).toBe(told)
      failures++
    }
    const next = Array.from({ length: 20 }, () => ask(['POST', '/agents/provision', {}]))
    expect((await Promise.all(next)).map(({ status }) => status)).toEqual(Array(20).fill(201))
  }
  expect(failures).toBeGreaterThan(2 * WRITES.length)
  expect(app.deps.writer.failing).toBe(false)
})
