import {
  event,
  every,
  failing,
  KEY,
  KEY_ENCODED,
  KEY_ESCAPED,
  say,
  type Transcript,
  toldFailure,
} from './_transcript.ts'

const json = { 'content-type': 'application/json' }
const html = { 'content-type': 'text/html' }
const twoThen = (...parts: string[]) => every(20, [say('a'), say('b'), ...parts])
const LONG = 'x'.repeat(1000)

const status = (
  code: number,
  words: string,
  message: RegExp,
  more: Partial<Transcript> = {},
): Transcript => ({
  name: `status ${code}`,
  status: code,
  headers: json,
  reads: [[20, words]],
  framing: 'length',
  expect: failing(`http_${code}`, message),
  ...more,
})

const statuses: Transcript[] = [
  status(400, '{"error":{"message":"max_tokens is too large"}}', /400.*max_tokens is too large/),
  status(401, `{"error":{"message":"Incorrect API key provided: ${KEY}."}}`, /401.*Incorrect API key/),
  status(404, '{"detail":"Not Found"}', /404.*Not Found/),
  status(429, '{"error":{"message":"Rate limit reached"}}', /429.*Rate limit reached/),
  status(500, 'Internal Server Error', /500.*Internal Server Error/, {
    headers: { 'content-type': 'text/plain' },
  }),
  status(503, '{"error":{"code":503,"message":"Loading model"}}', /503.*Loading model/),
  status(503, '', /503/, { name: 'status 503 without a body', reads: [] }),
  status(500, event({ error: { message: 'bad grammar' } }), /500.*bad grammar/, {
    name: 'status 500 with its error as an event',
    headers: {},
  }),
  status(307, 'moved', /307/, { name: 'a redirection is not followed', headers: { location: '/nowhere' } }),
  status(600, 'what is this', /600/, { name: 'a status that is none: 600' }),
  status(999, 'request denied', /999/, { name: 'a status that is none: 999' }),
]

/** The words of a failure can be read by anybody: no key in them, nothing a terminal obeys, not a page of them. */
const spoken: Transcript[] = [
  {
    name: 'a key that the engine repeats in an error event',
    reads: twoThen(
      event({ error: { message: `Bad key ${KEY}`, headers: { authorization: `Bearer ${KEY}` } } }),
    ),
    expect: toldFailure(/Bad key/),
  },
  {
    name: 'a key that the engine repeats in broken JSON',
    reads: twoThen(`data: {"key":"${KEY}",\n\n`),
    expect: failing('bad_json', /./),
  },
  {
    name: 'a key that the engine repeats in broken JSON as PHP escapes it',
    reads: twoThen(`data: {"key":"${KEY_ESCAPED}",\n\n`),
    expect: failing('bad_json', /./),
  },
  {
    name: 'a key that the engine repeats within an address',
    status: 404,
    headers: { 'content-type': 'text/plain' },
    reads: [[20, `No route for /v1?key=${KEY_ENCODED}`]],
    expect: failing('http_404', /No route/),
  },
  {
    name: 'a key that the engine repeats in HTML',
    headers: html,
    reads: [[20, `<html><title>Denied</title>Authorization: Bearer ${KEY}</html>`]],
    expect: failing('bad_answer', /./),
  },
  {
    name: 'a key that the engine repeats where the words are cut',
    status: 403,
    headers: json,
    reads: [[20, `{"error":{"message":"${'.'.repeat(265)}${KEY}${LONG}"}}`]],
    expect: failing('http_403', /403/),
  },
  {
    name: 'control characters are made visible',
    reads: twoThen(event({ error: { message: '\u001b[31mred\u001b[0m\u0007\u0000\u009b2J end' } })),
    expect: toldFailure(/red.*end/),
  },
  {
    name: 'control characters in the words of a status are made visible',
    status: 502,
    headers: { 'content-type': 'text/plain' },
    reads: [[20, '\u001b]0;title\u0007gone\r\n\u001b[2J']],
    expect: failing('http_502', /gone/),
  },
  {
    name: 'long words are cut',
    reads: twoThen(event({ error: { message: `first ${LONG} last` } })),
    expect: toldFailure(/first x/),
  },
  {
    name: 'an error of many lines is one line',
    reads: twoThen(event({ error: { message: 'Traceback:\n  File "a.py"\n  boom' } })),
    expect: toldFailure(/Traceback.*boom/),
  },
]

export const words = [...statuses, ...spoken]
