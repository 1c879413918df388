import { describe, expect, test } from 'vitest'
import {
  addressWithoutSecrets,
  engineAddress,
  engineRoot,
  shownAddress,
} from '../../../../agent/bench/request/address.ts'

describe('the address of an engine is taken at its word', () => {
  test.each([
    ['http://host:8000', 'http://host:8000/v1/chat/completions', 'http://host:8000'],
    ['http://host:8000/', 'http://host:8000/v1/chat/completions', 'http://host:8000'],
    ['http://host:8000/v1/', 'http://host:8000/v1/chat/completions', 'http://host:8000'],
    ['https://api/openai/v1', 'https://api/openai/v1/chat/completions', 'https://api/openai'],
    ['https://api/api/paas/v4', 'https://api/api/paas/v4/chat/completions', 'https://api/api/paas/v4'],
    ['https://api/inference', 'https://api/inference/chat/completions', 'https://api/inference'],
    [
      'https://x/openai/deployments/gpt/chat/completions?api-version=2024-10-21',
      'https://x/openai/deployments/gpt/chat/completions?api-version=2024-10-21',
      'https://x/openai/deployments/gpt',
    ],
    ['https://x/v1?api-version=1', 'https://x/v1/chat/completions?api-version=1', 'https://x'],
    ['https://x/v1/completions', 'https://x/v1/chat/completions', 'https://x'],
    ['http://[::1]:8000#here', 'http://[::1]:8000/v1/chat/completions', 'http://[::1]:8000'],
  ])('%s', (given, chat, root) => {
    const address = engineAddress(given)
    expect(address.chat.href).toBe(chat)
    expect(address.root).toBe(root)
    expect(engineRoot(given)).toBe(root)
  })

  test('a whole endpoint of completions is used as given, and the list of models lies beside it', () => {
    const address = engineAddress('https://x/serve/v2/completions?k=1')
    expect(address.completions.href).toBe('https://x/serve/v2/completions?k=1')
    expect(address.models.href).toBe('https://x/serve/v2/models?k=1')
  })

  test.each(['host:8000', 'ftp://host', 'not a url'])('%s is refused in a sentence', (given) => {
    expect(() => engineAddress(given)).toThrow(/must be an http or https URL\.$/)
  })

  test('of a query a result keeps what is no secret', () => {
    expect(addressWithoutSecrets('https://x/v1?api-version=1')).toBe('https://x/v1?api-version=1')
    expect(addressWithoutSecrets('https://x/v1?api-version=1&subscription-key=s3&Token=t')).toBe(
      'https://x/v1?api-version=1&subscription-key=hidden&Token=hidden',
    )
  })

  test('credentials are refused, and a query is not shown: it may hold a key', () => {
    expect(() => engineAddress('http://user:secret@host')).toThrow(/must not have credentials/)
    expect(shownAddress(new URL('https://x/v1?key=secret'))).toBe('https://x/v1?…')
  })
})
