import { expect, test } from 'vitest'
import { createTokenCache, type TokenOwner } from '../../app/api/token-cache.ts'

const owner = (agent_id: string): TokenOwner => ({
  principal: { kind: 'agent', agent_id },
  ...{ expires_at: null, revoked_at: null, last_used_at: null },
})

test('a token is asked for once, until tokens change', async () => {
  const known = createTokenCache(true)
  let asked = 0
  const look = async () => owner(`agent-${++asked}`)
  const first = owner('agent-1')
  expect([await known.ownerOf('h', look), await known.ownerOf('h', look)]).toEqual([first, first])
  known.forget()
  expect(await known.ownerOf('h', look)).toEqual(owner('agent-2'))
})

test('what was found before a change is not kept after it', async () => {
  const known = createTokenCache(true)
  await known.ownerOf('h', async () => {
    known.forget()
    return owner('of the old token')
  })
  expect(await known.ownerOf('h', async () => undefined)).toBeUndefined()
})

test('an unknown token is never kept, and nothing is where others change tokens too', async () => {
  const known = createTokenCache(true)
  expect(await known.ownerOf('h', async () => undefined)).toBeUndefined()
  expect(await known.ownerOf('h', async () => owner('made meanwhile'))).toEqual(owner('made meanwhile'))
  const shared = createTokenCache(false)
  await shared.ownerOf('h', async () => owner('one'))
  expect(await shared.ownerOf('h', async () => owner('two'))).toEqual(owner('two'))
})
