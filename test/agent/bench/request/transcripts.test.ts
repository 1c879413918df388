import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createAnswerReader } from '../../../../agent/bench/request/answer.ts'
import { toRequestError } from '../../../../agent/bench/request/failure.ts'
import { emptyRecord, type RequestRecord } from '../../../../agent/bench/request/record.ts'
import { measureRequest } from '../../../../agent/bench/request/request.ts'
import { bytesOf } from './transcripts/_bytes.ts'
import { differences, EXACT, SECRET, SOCKETS } from './transcripts/_expect.ts'
import { byPath, playing } from './transcripts/_server.ts'
import type { Transcript } from './transcripts/_transcript.ts'
import { TABLE } from './transcripts/index.ts'

const ALL = Object.values(TABLE).flat()
const named = (lines: Transcript[]) => lines.map((line) => [line.name, line] as const)

/** What the reader of answers makes of the bytes alone, at the very times of the table. */
function read({ reads, endless, asked = 16 }: Transcript): RequestRecord {
  const record = emptyRecord(0, asked)
  const reader = createAnswerReader(record, [SECRET])
  try {
    for (const [at, bytes] of reads) if (!reader.done()) reader.data(bytesOf(bytes, SECRET), at, null)
    const more = bytesOf(endless ?? '')
    for (let sent = 0; more.length > 0 && !reader.done() && sent < 70 * 1024 * 1024; sent += more.length)
      reader.data(more, 1000, null)
    reader.end()
  } catch (thrown) {
    record.error = toRequestError(thrown, true, 'http://engine')
  }
  return record
}

/** What is told by the status, by the end of the connection or by time is not the reader's affair. */
const isBytesAlone = ({ raw, status = 200, ends = 'end', expect: { error } }: Transcript) =>
  raw === undefined && status === 200 && (ends === 'end' || (ends === 'open' && error?.kind !== 'timeout'))

describe.each(Object.entries(TABLE))('the bytes of an answer: %s', (_group, lines) => {
  const alone = lines.filter(isBytesAlone)
  test.skipIf(alone.length === 0).each(named(alone))('%s', (_name, line) => {
    // Headers of any size are gone before the reader sees a byte.
    if (/^headers/.test(line.name)) return
    expect(differences(read(line), line, EXACT)).toEqual([])
  })
})

describe('over sockets', () => {
  let url = ''
  let late = new Map<Transcript, number>()
  let end = async () => {}
  beforeAll(async () => {
    const onEnd = (stop: () => Promise<void>) => {
      end = stop
    }
    const server = await playing({ choose: byPath(ALL), onEnd })
    url = server.url
    late = server.seen.late
  })
  afterAll(() => end())

  const measured = (line: Transcript) =>
    measureRequest({
      baseUrl: `${url}/case/${ALL.indexOf(line)}/v1`,
      apiKey: SECRET,
      model: 'm',
      prompt: 'Hello',
      maxTokens: line.asked ?? 16,
      timeoutMs: line.expect.error?.kind.includes('timeout') ? 700 : 8000,
    })

  describe.each(Object.entries(TABLE))('%s', (group, lines) => {
    // What floods a socket would delay the others.
    const each = group === 'bounds' ? test : test.concurrent
    // A machine that does other work is late now and then.
    each.each(named(lines))('%s', { retry: 2 }, async (_name, line) => {
      const record = await measured(line)
      // A server whose timers are late on a busy machine sends later than it should.
      const after = SOCKETS.after + 2 * (late.get(line) ?? 0)
      expect(differences(record, line, { ...SOCKETS, after })).toEqual([])
      if (line.expect.free_ms) expect(record.t_end - record.t0).toBeLessThan(line.expect.free_ms + 60 + after)
    })
  })
})
