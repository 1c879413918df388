import {
  chunkOf,
  DONE,
  ending,
  event,
  every,
  finish,
  GOOD,
  GOOD_UNTOLD,
  say,
  THREE,
  type Transcript,
  usage,
  usageOf,
} from './_transcript.ts'

const typed = (type: string): Transcript => ({
  name: `an event stream is one as ${type === '' ? 'nothing' : type}`,
  headers: { 'content-type': type },
  reads: THREE,
  expect: GOOD,
})

/** Events are known by their content, not by what the header says. */
const types = [
  'application/json',
  'application/x-ndjson',
  'text/plain; charset=utf-8',
  'Text/Event-Stream; charset=UTF-8',
  'application/octet-stream',
  'application/stream+json',
  'text/html',
  '',
].map(typed)

/** The same three tokens, written otherwise. */
const rewritten = (name: string, rewrite: (text: string) => string): Transcript => ({
  name,
  reads: THREE.map(([at, text]) => [at, rewrite(String(text))]),
  expect: GOOD,
})
const before = (name: string, head: string): Transcript => ({
  name,
  reads: [[10, head], ...THREE],
  expect: GOOD,
})

const writings: Transcript[] = [
  rewritten('CRLF ends lines', (text) => text.replaceAll('\n', '\r\n')),
  // EdamAme-x/pentect #1438: SSE permits it.
  rewritten('a lone CR ends lines', (text) => text.replaceAll('\n', '\r')),
  rewritten('no space after data:', (text) => text.replaceAll('data: ', 'data:')),
  rewritten('single newlines between events', (text) => text.replaceAll('\n\n', '\n')),
  rewritten('three newlines between events', (text) => text.replaceAll('\n\n', '\n\n\n')),
  rewritten('spaces at the end of lines', (text) => text.replaceAll('\n\n', '  \n\n')),
  rewritten('an event name and an id on every event', (text) =>
    text.replaceAll('data: ', 'event: message\nid: 7\ndata: '),
  ),
  rewritten('the event name after the data', (text) => text.replaceAll('\n\n', '\nevent: completion\n\n')),
  rewritten('a comment before every event', (text) => text.replaceAll('data: ', ': keep-alive\n\ndata: ')),
  rewritten('an empty data: before every event', (text) => text.replaceAll('data: ', 'data:\n\ndata: ')),
  rewritten('a data: that starts with a colon', (text) =>
    text.replaceAll('data: {', 'data: : still here\n\ndata: {'),
  ),
  rewritten('event: ping with JSON', (text) =>
    text.replaceAll('data: {', 'event: ping\ndata: {"type":"ping"}\n\ndata: {'),
  ),
  rewritten('event: ping with a time', (text) =>
    text.replaceAll('data: {', 'event: ping\ndata: 2026-11-28 03:14:40\n\ndata: {'),
  ),
  before('a byte order mark', '\uFEFF'),
  before('empty lines first', '\n\n\r\n'),
  before('a retry: line first', 'retry: 3000\n\n'),
  before('a comment first', ': stream opened\n\n'),
  before('an id: line first', 'id: 0\n\n'),
]

const bytes = (text: string) => new TextEncoder().encode(text)
const cut = (text: string, ...at: number[]) => {
  const all = bytes(text)
  return [0, ...at].map((from, i) => all.slice(from, at[i] ?? all.length))
}
const EURO = cut(say('€'), bytes(say('€')).indexOf(0xe2) + 1, bytes(say('€')).indexOf(0xe2) + 2)

/** Bytes do not come as they were sent. */
const reads: Transcript[] = [
  {
    name: 'a letter of three bytes that comes in three reads is one token, timed by the last of them',
    reads: [...every(20, [...EURO, say('b')]), [100, ending(2)]],
    expect: { error: null, output_tokens: 2, chunks: 2, ttft_ms: 60, itl_ms: [20], e2e_ms: 80, tpot_ms: 20 },
  },
  {
    name: 'an event that is cut anywhere counts when it is whole',
    reads: every(20, [...cut(say('a'), 3), ...cut(say('b'), say('b').length - 1), ending(2)]),
    expect: { error: null, output_tokens: 2, chunks: 2, ttft_ms: 40, kinds: { text: 2 } },
  },
  {
    name: 'CR and LF of one end of line in two reads',
    reads: every(20, [
      say('a').replaceAll('\n', '\r\n').slice(0, -1),
      `\n${say('b').replaceAll('\n', '\r\n')}`,
      ending(2).replaceAll('\n', '\r\n'),
    ]),
    expect: { error: null, output_tokens: 2, chunks: 2, kinds: { text: 2 } },
  },
  {
    name: 'every byte alone',
    reads: [...bytes(say('a') + finish() + usage(1) + DONE)].map((byte, i) => [
      5 + i * 0.25,
      new Uint8Array([byte]),
    ]),
    times: 'inexact',
    expect: { error: null, output_tokens: 1, chunks: 1, kinds: { text: 1 } },
  },
  {
    name: 'the whole answer in one read',
    reads: [[20, say('a') + ending(1)]],
    expect: { error: null, output_tokens: 1, chunks: 1, ttft_ms: 20, tpot_ms: null, itl_ms: [], e2e_ms: 20 },
  },
]

/** The end, as servers write it. */
const ends: Transcript[] = [
  {
    name: '[DONE] without its blank line, and the end',
    // darshi1337/apogee #139 on llama-server.
    reads: every(20, [say('a'), say('b'), say('c'), `${finish()}${usage(3)}data: [DONE]`]),
    expect: GOOD,
  },
  {
    name: 'a last event without its blank line, and the end',
    reads: every(20, [say('a'), say('b'), say('c'), `${usage(3)}${finish().trimEnd()}`]),
    expect: GOOD,
  },
  {
    name: 'a finish reason and the end, no [DONE]',
    reads: every(20, [say('a'), say('b'), say('c'), finish() + usage(3)]),
    expect: GOOD,
  },
  {
    name: 'a finish reason, and the connection is reset',
    reads: every(20, [say('a'), say('b'), say('c'), finish()]),
    ends: 'cut',
    expect: GOOD_UNTOLD,
  },
  {
    name: '[DONE] and no finish reason',
    // A proxy for Gemini: open-learning-exchange/planet #10281.
    reads: every(20, [say('a'), say('b'), say('c'), DONE]),
    expect: { ...GOOD_UNTOLD, finish_reason: null },
  },
  {
    name: '[DONE] twice',
    // vllm-project/vllm #378.
    reads: every(20, [say('a'), say('b'), say('c'), ending(3) + DONE]),
    expect: GOOD,
  },
  {
    name: 'what follows [DONE] is not read',
    reads: every(20, [say('a'), say('b'), say('c'), `${ending(3)}data: {"broken\n\n${say('d')}`]),
    expect: GOOD,
  },
  { name: 'the end of the connection ends the body', reads: THREE, framing: 'close', expect: GOOD },
  {
    name: 'the slot is free with [DONE], though the server never ends the body',
    reads: THREE,
    ends: 'open',
    expect: { ...GOOD, free_ms: 80 },
  },
  {
    name: 'the slot is free with [DONE], though the server ends the body 400 ms later',
    reads: [...THREE, [480, ': good bye\n\n']],
    expect: { ...GOOD, free_ms: 80 },
  },
]

const answer = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  choices: [{ index: 0, message: { role: 'assistant', content: 'a b c' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 5, completion_tokens: 3 },
}
const whole: Transcript['expect'] = {
  error: null,
  output_tokens: 3,
  input_tokens: 5,
  token_source: 'usage',
  finish_reason: 'stop',
  ttft_ms: null,
  tpot_ms: null,
  itl_ms: [],
}
const LINES = [
  ...['a', 'b', 'c'].map((content) => chunkOf({ content })),
  chunkOf({}, 'stop'),
  usageOf(3),
].map((value) => `${JSON.stringify(value)}\n`)

/** JSON lines and a single JSON object are told apart the same way. */
const jsons: Transcript[] = [
  ...['application/json', 'text/event-stream', 'text/plain', ''].map(
    (type): Transcript => ({
      name: `one JSON object is one as ${type || 'nothing'}: no first token to speak of`,
      headers: { 'content-type': type },
      reads: [[60, JSON.stringify(answer)]],
      expect: { ...whole, e2e_ms: 60 },
    }),
  ),
  {
    name: 'one JSON object in three reads and many lines',
    headers: { 'content-type': 'application/json' },
    reads: every(20, [
      JSON.stringify(answer, null, 2).slice(0, 40),
      JSON.stringify(answer, null, 2).slice(40, 90),
      JSON.stringify(answer, null, 2).slice(90),
    ]),
    expect: { ...whole, e2e_ms: 60 },
  },
  {
    name: 'one JSON object after empty lines that keep the connection',
    // DeepSeek's page on rate limits: empty lines while a request that does not stream waits.
    headers: { 'content-type': 'application/json' },
    reads: [
      [10, '\n'],
      [30, '\n\n'],
      [60, JSON.stringify(answer)],
    ],
    expect: { ...whole, e2e_ms: 60 },
  },
  ...['application/x-ndjson', 'application/json', 'text/event-stream'].map(
    (type): Transcript => ({
      name: `JSON lines are a stream as ${type}`,
      headers: { 'content-type': type },
      reads: every(20, [...LINES.slice(0, 3), LINES.slice(3).join('')]),
      expect: GOOD,
    }),
  ),
  {
    name: 'JSON lines whose last has no newline',
    headers: { 'content-type': 'application/x-ndjson' },
    reads: every(20, [...LINES.slice(0, 3), LINES.slice(3).join('').trimEnd()]),
    expect: GOOD,
  },
]

/** Compression that nobody asked for. */
const compressed: Transcript[] = [
  {
    name: 'gzip is undone, read by read',
    reads: THREE,
    gzip: true,
    headers: { 'content-encoding': 'gzip' },
    expect: GOOD,
  },
  {
    name: 'gzip of one JSON object is undone',
    headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
    reads: [[60, JSON.stringify(answer)]],
    gzip: true,
    framing: 'length',
    expect: whole,
  },
  {
    name: 'gzip of an error is undone',
    status: 503,
    headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
    reads: [[20, '{"error":{"message":"Loading model"}}']],
    gzip: true,
    expect: { error: { kind: 'http_503', message: /Loading model/ } },
  },
]

/** What the specification of event streams allows and engines do now and then. */
const allowed: Transcript[] = [
  {
    name: 'the JSON of one event over several data: lines',
    // SamSaffron/term-llm #456.
    reads: THREE.map(([at, text]) => [at, String(text).replaceAll(',"choices"', ',\ndata: "choices"')]),
    expect: GOOD,
  },
  {
    name: 'line separators of Unicode within a token end no line',
    // langchain-ai/langgraph #2560: U+2028 and U+0085 are no ends of lines.
    reads: every(20, [event(chunkOf({ content: 'a\u2028b\u0085' })), say('b'), say('c'), ending(3)]),
    expect: GOOD,
  },
  {
    name: 'words that look like the end of their message',
    reads: every(20, [say('a'), say('"},"finish_reason":"error"}]}'), say('\\'), ending(3)]),
    expect: GOOD,
  },
  {
    name: 'data: within a token starts no event',
    reads: every(20, [say('data: {"x'), say('\n\ndata: [DONE]\n\n'), say(': c'), ending(3)]),
    expect: GOOD,
  },
]

export const framing = [...types, ...writings, ...reads, ...ends, ...jsons, ...compressed, ...allowed]
