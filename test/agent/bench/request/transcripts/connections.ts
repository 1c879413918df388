import { every, failing, GOOD, say, THREE, type Transcript } from './_transcript.ts'

/** What a server does with a connection that it announced to keep. */
export type Keeping =
  | 'keeps'
  | 'closes with the last byte'
  | 'closes 5 ms after an answer'
  | 'resets 5 ms after an answer'
  | 'announces the close'
  | 'closes on a second request'
  | 'resets on a second request'
  | 'closes after 2 s'
  | 'sends a 408 after 5 ms and closes'
  | 'answers a second request with a 408'
  | 'resets every request'
  | 'breaks a second answer in its middle'

export interface Connection {
  name: string
  keeping: Keeping
  /** One request after another, so many. */
  requests: number
  /** Between them, ms. */
  pause?: number
  expect: {
    failed: number
    /** Requests that were sent again on a fresh connection, at least and at most. */
    reconnects: [least: number, most: number]
    /** Requests that the server saw, at least and at most. */
    seen?: [least: number, most: number]
    /** Connections that the server saw, at least and at most. */
    opened?: [least: number, most: number]
    error?: { kind: string; message: RegExp }
  }
}

/** The answer that is given each time. */
export const ANSWER: Transcript = { name: 'a good answer', reads: THREE, expect: GOOD }
/** The answer whose second giving breaks. */
export const BROKEN: Transcript = {
  name: 'an answer that breaks',
  reads: every(20, [say('a')]),
  ends: 'cut',
  expect: failing('closed', /./),
}

/** What a proxy says of a connection on which nothing came in time. */
export const TIMED_OUT: Transcript = {
  name: 'a 408',
  status: 408,
  headers: { connection: 'close' },
  reads: [[0, '<html><body>408 Request Time-out</body></html>']],
  expect: {},
}

/** Connections are the client's affair. */
export const connections: Connection[] = [
  {
    // [DONE] frees the slot: the next request may leave before the connection of this one is free.
    name: 'a connection that is kept is used again',
    keeping: 'keeps',
    requests: 8,
    expect: { failed: 0, reconnects: [0, 0], opened: [1, 3] },
  },
  {
    name: 'llama-server closes after every stream, though it announces keep-alive',
    // takeshy/obsidian-local-llm-hub #32: cpp-httplib.
    keeping: 'closes with the last byte',
    requests: 6,
    expect: { failed: 0, reconnects: [0, 6], opened: [3, 12] },
  },
  {
    name: 'a server that closes a little after each answer',
    keeping: 'closes 5 ms after an answer',
    requests: 6,
    pause: 100,
    expect: { failed: 0, reconnects: [0, 6], opened: [3, 12] },
  },
  {
    name: 'a server that resets a little after each answer',
    keeping: 'resets 5 ms after an answer',
    requests: 6,
    pause: 100,
    expect: { failed: 0, reconnects: [0, 6], opened: [3, 12] },
  },
  {
    name: 'a server that announces the close',
    keeping: 'announces the close',
    requests: 4,
    expect: { failed: 0, reconnects: [0, 0], opened: [4, 4] },
  },
  {
    name: 'a reused connection that is closed before the first byte of an answer',
    // nodejs/node #47130; lmstudio-ai/lmstudio-bug-tracker #945.
    keeping: 'closes on a second request',
    requests: 4,
    expect: { failed: 0, reconnects: [1, 3], seen: [5, 8] },
  },
  {
    name: 'a reused connection that is reset before the first byte of an answer',
    // rllm-org/rllm #592; llm-d/llm-d #1564.
    keeping: 'resets on a second request',
    requests: 4,
    expect: { failed: 0, reconnects: [1, 3], seen: [5, 8] },
  },
  {
    name: 'gunicorn closes after 2 s, in the very moment of the next request',
    keeping: 'closes after 2 s',
    requests: 2,
    pause: 2000,
    expect: { failed: 0, reconnects: [0, 1] },
  },
  {
    name: 'HAProxy sends a 408 on an idle connection and closes it',
    // derailed/k9s #234.
    keeping: 'sends a 408 after 5 ms and closes',
    requests: 4,
    pause: 300,
    expect: { failed: 0, reconnects: [0, 4] },
  },
  {
    name: 'the 408 of a connection that a proxy is about to close crosses the next request',
    keeping: 'answers a second request with a 408',
    requests: 4,
    expect: { failed: 0, reconnects: [1, 3], seen: [5, 8] },
  },
  {
    name: 'a connection that was never used and ends without a word is a failure of the engine',
    keeping: 'resets every request',
    requests: 3,
    expect: {
      failed: 3,
      reconnects: [0, 0],
      seen: [3, 3],
      error: { kind: 'connection', message: /./ },
    },
  },
  {
    name: 'a reused connection that breaks within the answer is a failure of the engine, and not asked again',
    keeping: 'breaks a second answer in its middle',
    requests: 2,
    // Without it the second may leave before the connection of the first is free.
    pause: 100,
    expect: { failed: 1, reconnects: [0, 0], seen: [2, 2], error: { kind: 'closed', message: /./ } },
  },
]
