import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { createRevocation } from '../../app/api/revocation.ts'
import { createRights } from '../../app/api/token-owner.ts'
import { iso } from '../../app/clock.ts'
import { apiTokens, tokens } from '../../db/schema.ts'
import { apiToken } from '../_access.ts'
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

test('tokens of people are known until they expire or are revoked, and their use is noted seldom', async () => {
  const app = await createTestApp()
  const { deps, clock, call } = app
  const day = 86_400_000
  const kept = await apiToken(app, 'run')
  const revoked = await apiToken(app, 'run')
  const expiring = await apiToken(app, 'run', { expires_at: iso(clock.now() + day) })
  const hashes = [kept, revoked, expiring].map(({ token }) => deps.sha256(token))
  const rights = createRights(deps)
  const known = async () => {
    const found = await rights.known(hashes)
    return hashes.filter((hash) => found.has(hash)).length
  }
  expect(await known()).toBe(3)
  await call('DELETE', `/api/v1/tokens/${revoked.id}`)
  expect(await known()).toBe(2)
  clock.set(day)
  expect(await known()).toBe(1)

  const used = async () => {
    expect((await call('GET', '/api/v1/results', undefined, kept.token)).status).toBe(200)
    await app.deps.write(async () => {})
    const { items } = (await call('GET', '/api/v1/tokens')).body
    return items.find(({ id }: { id: string }) => id === kept.id).last_used_at
  }
  const first = clock.now()
  expect(await used()).toBe(iso(first))
  clock.set(60_000)
  expect(await used()).toBe(iso(first))
  clock.set(4 * 60_000)
  expect(await used()).toBe(iso(first + 5 * 60_000))
})

test('a stream ends where another server revoked its token, and when its token expires', async () => {
  const app = await createTestApp()
  const db = Object.create(app.deps.db, { remote: { value: true } })
  const deps = { ...app.deps, db }
  const shared = createRevocation(deps, createRights(deps))
  const alone = createRevocation(app.deps, createRights(app.deps))
  const revoked = await apiToken(app, 'read')
  const expires_at = app.clock.now() + 5000
  const expiring = await apiToken(app, 'read', { expires_at: iso(expires_at) })
  const ended: string[] = []
  shared.watch(deps.sha256(revoked.token), () => ended.push('revoked'), null)
  alone.watch(deps.sha256(expiring.token), () => ended.push('expiring'), expires_at)
  await app.clock.advance(1000)
  expect(ended).toEqual([])
  // As another server does it: nothing in this process is told.
  await app.deps.write(async (tx) => {
    await tx.orm.update(apiTokens).set({ revoked_at: 1 }).where(eq(apiTokens.id, revoked.id))
  })
  await app.clock.advance(400)
  expect(ended[0]).toBe('revoked')
  expect(ended).not.toContain('expiring')
  await app.clock.advance(4000)
  expect(ended).toContain('expiring')
})
