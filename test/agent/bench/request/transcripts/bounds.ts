import { chunk, ending, event, every, failing, GOOD, say, type Transcript } from './_transcript.ts'

const KIB = 1024
const MIB = 1024 * KIB
const filler = 'x'.repeat(64 * KIB)
const large = (message: RegExp) => failing('too_large', message)
const many = (count: number) => Array.from({ length: count }, () => say('w')).join('')

/** Beyond what any answer needs, a request fails with a sentence and its connection ends. */
export const bounds: Transcript[] = [
  {
    name: 'an event of 900 KiB is read',
    reads: [
      [20, say('a')],
      [60, event({ choices: [], padding: 'x'.repeat(900 * KIB) })],
      [120, say('b') + ending(2)],
    ],
    times: 'inexact',
    expect: { error: null, output_tokens: 2, chunks: 2 },
  },
  {
    name: 'an event of over 1 MiB',
    reads: [
      [20, say('a')],
      [40, event({ choices: [], padding: 'x'.repeat(1.2 * MIB) })],
      [60, ending(1)],
    ],
    times: 'inexact',
    expect: large(/1 MiB|event/i),
  },
  {
    name: 'a line without end',
    reads: [[20, `${say('a')}data: `]],
    endless: filler,
    expect: large(/1 MiB|event|line/i),
  },
  {
    name: 'a line without end, from the first byte on',
    reads: [[20, 'data: ']],
    endless: filler,
    expect: large(/./),
  },
  {
    name: 'a line without end in JSON lines',
    headers: { 'content-type': 'application/x-ndjson' },
    reads: [[20, '{"model":"m","message":{"content":"a"},"done":false}\n{"model":"']],
    endless: filler,
    expect: large(/./),
  },
  {
    name: 'an event of data: lines without end',
    reads: [[20, `${say('a')}data: {"choices":\n`]],
    endless: `data: "${'x'.repeat(1000)}",\n`,
    expect: large(/./),
  },
  {
    name: 'plain text without end',
    headers: { 'content-type': 'text/plain' },
    reads: [[20, 'once upon a time ']],
    endless: filler,
    expect: failing('too_large|bad_answer', /./),
  },
  {
    name: 'HTML without end',
    headers: { 'content-type': 'text/html' },
    reads: [[20, '<html><body>']],
    endless: filler,
    expect: failing('too_large|bad_answer', /./),
  },
  {
    name: 'a JSON answer without end',
    headers: { 'content-type': 'application/json' },
    reads: [[20, '{"choices":[{"message":{"content":"']],
    endless: filler,
    expect: large(/./),
  },
  {
    name: 'a body without end that says nothing',
    reads: [[20, say('a')]],
    endless: `: ${'x'.repeat(8 * KIB)}\n\n`,
    times: 'inexact',
    expect: large(/64 MiB|answer/i),
  },
  {
    name: 'gzip of a body without end',
    // 1 MiB of the wire is 1 GiB of text.
    headers: { 'content-encoding': 'gzip' },
    gzip: true,
    reads: [
      [20, say('a')],
      ...every(
        1,
        Array.from({ length: 80 }, () => `: ${'x'.repeat(900 * KIB)}\n\n`),
      ).map(([at, text]): [number, string | Uint8Array] => [20 + at, text]),
    ],
    ends: 'open',
    times: 'inexact',
    expect: large(/./),
  },
  {
    name: 'as many chunks as can be: four times the tokens asked for and 16',
    reads: [[20, many(80) + ending(80)]],
    times: 'inexact',
    expect: { error: null, chunks: 80, output_tokens: 80, token_source: 'chunks', usage_doubt: /80/ },
  },
  {
    name: 'more chunks than four times the tokens asked for and 16',
    reads: [
      [20, many(40)],
      [40, many(60)],
    ],
    ends: 'open',
    times: 'inexact',
    expect: large(/16|asked/i),
  },
  { name: 'tokens without end', reads: [[20, say('a')]], endless: many(50), expect: large(/./) },
  {
    name: 'headers of 40 KiB are read',
    headers: { 'x-a': 'x'.repeat(10 * KIB), 'x-b': 'x'.repeat(15 * KIB), 'x-c': 'x'.repeat(15 * KIB) },
    reads: every(20, [say('a'), say('b'), say('c'), ending(3)]),
    expect: GOOD,
  },
  {
    name: 'headers of over 64 KiB',
    headers: Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`x-${i}`, 'x'.repeat(8 * KIB)])),
    reads: every(20, [say('a'), ending(1)]),
    expect: failing('too_large', /header/i),
  },
  {
    name: 'headers without end',
    raw: 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n',
    reads: [],
    endless: `X-More: ${'x'.repeat(1000)}\r\n`,
    // Bun counts headers, not their bytes, and takes it for bad HTTP.
    expect: failing('too_large|bad_answer', /header|HTTP/i),
  },
  {
    name: 'a header line without end',
    raw: 'HTTP/1.1 200 OK\r\nX-More: ',
    reads: [],
    endless: filler,
    expect: failing('too_large', /header/i),
  },
  {
    name: 'a status whose words have no end',
    status: 500,
    headers: { 'content-type': 'text/plain' },
    reads: [[20, 'Traceback ']],
    endless: filler,
    expect: failing('http_500|too_large', /500|Traceback/),
  },
  {
    name: 'a status whose words never come',
    status: 500,
    headers: { 'content-type': 'text/plain' },
    reads: [[20, 'Traceback ']],
    ends: 'open',
    expect: failing('http_500|timeout', /./),
  },
  {
    name: 'what is no HTTP',
    raw: 'SSH-2.0-OpenSSH_9.6\r\n',
    reads: [],
    ends: 'fin',
    expect: failing('connection|bad_answer|closed', /./),
  },
  {
    name: 'a chunk size that is none',
    raw: 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\ndata: x\r\n',
    reads: [],
    ends: 'open',
    expect: failing('closed|connection|bad_answer', /./),
  },
  {
    name: 'one delta of 500 KiB',
    reads: [
      [20, chunk({ content: 'x'.repeat(500 * KIB) })],
      [80, say('b') + ending(2)],
    ],
    times: 'inexact',
    expect: { error: null, chunks: 2, output_tokens: 2 },
  },
]
