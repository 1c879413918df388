import { describe, expect, test } from 'vitest'
import type { TestApp } from '../_setup.ts'
import { testRow, withTest } from '../queue/_queue.ts'

const admin = (app: TestApp, id: string, status: string) =>
  app.call('POST', `/api/v1/quicktest/${id}/status`, { status })

describe('10: the 5 × 5 states of a test and reports of its agent', () => {
  const from = {
    dispatched: [],
    running: ['running'],
    completed: ['running', 'completed'],
    failed: ['running', 'failed'],
    cancelled: ['running', 'cancel'],
  } as const
  const reports = ['running', 'completed', 'failed'] as const
  const after: Record<keyof typeof from, Record<(typeof reports)[number], string>> = {
    dispatched: { running: 'running', completed: 'completed', failed: 'failed' },
    running: { running: 'running', completed: 'completed', failed: 'failed' },
    completed: { running: 'completed', completed: 'completed', failed: 'completed' },
    failed: { running: 'failed', completed: 'failed', failed: 'failed' },
    cancelled: { running: 'cancelled', completed: 'cancelled', failed: 'cancelled' },
  }
  for (const state of Object.keys(from) as (keyof typeof from)[]) {
    for (const report of reports) {
      const reached = after[state][report]
      test(`${state} and "${report}" makes ${reached}; the administrator is told where it does not fit`, async () => {
        for (const as of ['agent', 'admin'] as const) {
          const { app, host, id } = await withTest('offered')
          for (const step of from[state]) {
            if (step === 'cancel') await app.call('POST', `/api/v1/quicktest/${id}/cancel`)
            else await host.status(id, step)
          }
          const final = state !== 'dispatched' && state !== 'running'
          const answer = await (as === 'agent' ? host.status(id, report) : admin(app, id, report))
          expect(answer.status).toBe(final && as === 'admin' && report !== state ? 400 : 200)
          if (answer.status === 200) expect(answer.body).toEqual({ ok: true, status: reached })
          expect((await testRow(app, id)).status).toBe(reached)
        }
      })
    }
  }

  test('queued takes no report: no agent has it', async () => {
    const { app, host, id } = await withTest('queued')
    for (const report of reports) {
      expect((await host.status(id, report)).status).toBe(400)
      expect((await admin(app, id, report)).status).toBe(400)
    }
    expect((await host.log(id, 'no')).status).toBe(400)
    expect(await testRow(app, id)).toMatchObject({ status: 'queued', attempt: 0 })
  })

  test('a test that failed in the queue may be said to have failed again, and nothing else', async () => {
    const { app, host, id } = await withTest('queued')
    await app.call('DELETE', `/api/v1/agents/${host.id}`)
    expect(await admin(app, id, 'failed')).toMatchObject({ status: 200, body: { status: 'failed' } })
    expect((await admin(app, id, 'completed')).status).toBe(400)
  })
})
