import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createAnswerReader } from '../../../../agent/bench/request/answer.ts'
import { readChunk } from '../../../../agent/bench/request/chunk.ts'
import { emptyRecord } from '../../../../agent/bench/request/record.ts'
import { templateOf } from '../../../../agent/bench/request/template.ts'

const message = (content: unknown, more = {}) =>
  JSON.stringify({
    id: 'a',
    model: 'word',
    choices: [{ index: 0, delta: { content }, finish_reason: null }],
    ...more,
  })

test('a template takes no message that is not the first one with other words', () => {
  const first = message(' word')
  const template = templateOf(first, readChunk(JSON.parse(first)))
  expect(template).toMatchObject({ kind: 'text' })
  expect(template!.match(message('other'))).toBe(5)
  for (const other of [
    message(''),
    message(null),
    message('a "b"'),
    message('line\n'),
    message('a', { usage: { completion_tokens: 1 } }),
    message('a', { error: 'no' }),
    message(' word').replace('null', '"stop"'),
    message(' word').slice(0, -1),
    '',
  ])
    expect(template!.match(other), other).toBe(0)
})

test.each([
  ['that ends the answer', message('a').replace('null', '"stop"')],
  ['with usage', message('a', { usage: { completion_tokens: 1 } })],
  ['with two kinds of output', '{"choices":[{"delta":{"content":"a","reasoning":"b"}}]}'],
  ['without output', message('')],
])('a message %s makes no template', (_, text) => {
  expect(templateOf(text, readChunk(JSON.parse(text)))).toBeNull()
})

/** What engines may write in one answer, in any order and in any words. */
const anyMessage = fc.oneof(
  { weight: 6, arbitrary: fc.string({ maxLength: 12 }).map((text) => message(text)) },
  fc.string({ unit: 'grapheme', maxLength: 8 }).map((text) => message(text)),
  fc.string({ maxLength: 8 }).map((text) => JSON.stringify({ choices: [{ delta: { reasoning: text } }] })),
  fc.nat(20).map((tokens) => message('x', { usage: { completion_tokens: tokens } })),
  fc.constantFrom(message(null), message('end').replace('null', '"stop"'), '{"choices":[]}'),
)

test('an answer read with templates is the one that is read by parsing every message', () => {
  fc.assert(
    fc.property(fc.array(anyMessage, { maxLength: 30 }), (messages) => {
      const read = (between: string) => {
        const record = emptyRecord(0, 100)
        const reader = createAnswerReader(record)
        messages.forEach((text, i) => {
          reader.data(Buffer.from(`${between.replace('MESSAGE', () => text)}\n\n`), i + 1, null)
        })
        reader.data(Buffer.from('data: [DONE]\n\n'), 100, null)
        try {
          reader.end()
          return record
        } catch (error) {
          return { record, error: String(error) }
        }
      }
      // A name of the event has every message parsed.
      expect(read('data: MESSAGE')).toEqual(read('event: chunk\ndata: MESSAGE'))
    }),
    { numRuns: 300 },
  )
})
