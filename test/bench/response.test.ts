import { expect, test } from 'vitest'
import { reader } from '../../bench/response.ts'

const SIZED = 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello'
const CHUNKED = 'HTTP/1.1 503 No\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n'
const EMPTY = 'HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n'

/** The statuses that are read from some answers in pieces of a size. */
function statuses(answers: string[], size: number): number[] {
  const seen: number[] = []
  const read = reader((status) => seen.push(status))
  for (const answer of answers)
    for (let at = 0; at < answer.length; at += size) read(Buffer.from(answer.slice(at, at + size)))
  return seen
}

test.each([1, 2, 7, 1000])(
  'an answer counts once, when all of it is there: in pieces of %i bytes',
  (size) => {
    expect(statuses([SIZED, CHUNKED, EMPTY, SIZED, CHUNKED], size)).toEqual([200, 503, 202, 200, 503])
    expect(statuses([SIZED.slice(0, -1)], size)).toEqual([])
    expect(statuses([CHUNKED.slice(0, -1)], size)).toEqual([])
  },
)

test('an answer of unknown length is refused: nobody would know when it ends', () => {
  expect(() => statuses(['HTTP/1.1 200 OK\r\n\r\nhello'], 1000)).toThrow('has no length')
})
