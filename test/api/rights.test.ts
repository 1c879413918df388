import { expect, test } from 'vitest'
import { createRights } from '../../app/api/token-owner.ts'
import { tokens } from '../../db/schema.ts'
import { ADMIN_TOKEN, createTestApp } from '../_setup.ts'
import { addHost } from '../queue/_queue.ts'

test('of very many tokens each that is still good is known, and no other', async () => {
  const app = await createTestApp()
  const { id: agent_id } = await addHost(app)
  const hashes = Array.from({ length: 1203 }, (_, i) => app.deps.sha256(`token-${i}`))
  const good = hashes.filter((_, i) => i % 3 !== 1)
  for (let i = 0; i < good.length; i += 100)
    await app.deps.write(async (tx) => {
      const rows = good.slice(i, i + 100).map((hash) => ({ hash, prefix: 'p', agent_id, created_at: 0 }))
      await tx.orm.insert(tokens).values(rows)
    })
  const known = await createRights(app.deps).known(hashes)
  expect(known).toEqual(new Set([...good, app.deps.sha256(ADMIN_TOKEN)]))
})
