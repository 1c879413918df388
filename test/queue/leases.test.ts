import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { ACK } from '../../app/agents/schema.ts'
import { attempts } from '../../db/schema.ts'
import { SECOND, withTest } from './_queue.ts'

type Said = (given: { id: string; command_id: string }) => Record<string, unknown>
const nothing: Said = () => ({})
const has: Said = ({ id }) => ({ active: [id] })
const hasNone: Said = () => ({ active: [] })
const hasAnother: Said = () => ({ active: ['another'] })
const acks: Said = ({ command_id }) => ({ acks: [command_id], active: [] })
const acksAnother: Said = () => ({ acks: ['another'], active: [] })

const CASES: [state: 'offered' | 'running', capabilities: string[], said: Said, renewed: boolean][] = [
  ['offered', [ACK], nothing, false],
  ['offered', [ACK], hasNone, false],
  ['offered', [ACK], acksAnother, false],
  ['offered', [ACK], acks, true],
  ['offered', [ACK], has, true],
  ['offered', [], nothing, false],
  ['offered', [], has, true],
  ['running', [ACK], has, true],
  ['running', [ACK], nothing, true],
  ['running', [ACK], hasNone, false],
  ['running', [ACK], hasAnother, false],
  ['running', [], nothing, true],
]

test('a heartbeat renews the lease of what an agent has, and of an offer once it arrived', async () => {
  for (const [state, capabilities, said, renewed] of CASES) {
    const { app, host, id, command, clock } = await withTest(state, { capabilities })
    const lease = async () => {
      const [row] = await app.deps.db.read.select().from(attempts).where(eq(attempts.wire_id, id))
      return row?.lease_until ?? 0
    }
    const before = await lease()
    // Sooner than an offer without an answer is made again.
    await clock.advance(5 * SECOND)
    await host.beat(said({ id, command_id: command.command_id }))
    const name = [state, ...capabilities, JSON.stringify(said({ id, command_id: 'its command' }))].join(' ')
    expect((await lease()) - before, name).toBe(renewed ? 5 * SECOND : 0)
    await app.stop()
  }
})
