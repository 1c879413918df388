import { describe, expect, test } from 'vitest'
import { type RequestShape, requestMaker } from '../../../../agent/bench/request/body.ts'

const SHAPE: RequestShape = { baseUrl: 'http://host:1', model: 'm' }
const bodyOf = (more: Partial<RequestShape>, prompt = 'Hello', tokens = 8) =>
  JSON.parse(requestMaker({ ...SHAPE, ...more }).make(prompt, tokens).body)

describe('the body of a request', () => {
  test.each(['Hello', 'a "quoted" \\ word\n', '{"content":"x"}', '日本語 🙂', '$1 $& $`'])(
    'holds the prompt %j as it is',
    (prompt) => {
      expect(bodyOf({}, prompt).messages).toEqual([{ role: 'user', content: prompt }])
      expect(bodyOf({ endpoint: 'completions' }, prompt)).toMatchObject({ prompt, max_tokens: 8 })
    },
  )

  test('each has the number of tokens it was asked with', () => {
    const { make } = requestMaker(SHAPE)
    const asked = [8, 16, 16, 8].map((tokens) => JSON.parse(make('a', tokens).body).max_tokens)
    expect(asked).toEqual([8, 16, 16, 8])
  })

  test('fields can be renamed, left out and added', () => {
    const body = bodyOf({
      maxTokensField: 'max_completion_tokens',
      omit: ['stream_options', 'temperature'],
      extraBody: { ignore_eos: true },
    })
    expect(body).toEqual({
      model: 'm',
      messages: [{ role: 'user', content: 'Hello' }],
      max_completion_tokens: 8,
      stream: true,
      ignore_eos: true,
    })
  })
})

describe('headers', () => {
  test('carry the key and what else is given', () => {
    const { headers } = requestMaker({ ...SHAPE, apiKey: 'k', headers: { 'X-Org': 'lab' } }).make('a', 1)
    expect(headers).toMatchObject({ authorization: 'Bearer k', 'x-org': 'lab' })
  })

  test.each(['sk-abcdef…5', 'sk-abc\ndef', 'sk-abc​def'])(
    'a key that no header can carry, %j, is a sentence without it',
    (apiKey) => {
      const make = () => requestMaker({ ...SHAPE, apiKey })
      expect(make).toThrow(
        /^The key of the engine contains .* as character \d+ of \d+; a key has only ASCII letters, digits and signs/,
      )
      expect(make).not.toThrow(/abc/)
    },
  )

  test('a name or value of a header that cannot be sent is a sentence', () => {
    expect(() => requestMaker({ ...SHAPE, headers: { 'a b': 'x' } })).toThrow(
      '"a b" is not a valid name of a header.',
    )
    expect(() => requestMaker({ ...SHAPE, headers: { a: '…' } })).toThrow(
      /^The value of the header a contains U\+2026/,
    )
  })
})
