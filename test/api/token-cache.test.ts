import { expect, test } from 'vitest'
import { createTokenCache } from '../../app/api/token-cache.ts'

test('a token is asked for once, until tokens change', async () => {
  const known = createTokenCache(true)
  let asked = 0
  const look = async () => `agent-${++asked}`
  expect([await known.agentOf('h', look), await known.agentOf('h', look)]).toEqual(['agent-1', 'agent-1'])
  known.forget()
  expect(await known.agentOf('h', look)).toBe('agent-2')
})

test('what was found before a change is not kept after it', async () => {
  const known = createTokenCache(true)
  await known.agentOf('h', async () => {
    known.forget()
    return 'of the old token'
  })
  expect(await known.agentOf('h', async () => undefined)).toBeUndefined()
})

test('an unknown token is never kept, and nothing is where others change tokens too', async () => {
  const known = createTokenCache(true)
  expect(await known.agentOf('h', async () => undefined)).toBeUndefined()
  expect(await known.agentOf('h', async () => 'made meanwhile')).toBe('made meanwhile')
  const shared = createTokenCache(false)
  await shared.agentOf('h', async () => 'one')
  expect(await shared.agentOf('h', async () => 'two')).toBe('two')
})
