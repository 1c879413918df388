import { createServer, type Socket } from 'node:net'

// An engine that shares no code with KITT: sends tokens at fixed times over plain sockets, and records the real ones.
// Arguments: port, TTFT, spread of the TTFT, TPOT, in ms; a TPOT of 0 sends all tokens at once, one below 0 sends
// tokens without end. GET /truth returns the times recorded since the last call.
const [port, ttftMs, spreadMs, tpotMs] = process.argv.slice(2).map(Number) as [number, number, number, number]

type Noted = { ttft: number; tpot: number }
let noted: Noted[] = []
let seed = 1
const random = () => {
  seed = (seed * 48271) % 2147483647
  return seed / 2147483647
}

const HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n'
const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`
const data = (value: unknown) => chunk(`data: ${JSON.stringify(value)}\n\n`)
const about = {
  id: 'chatcmpl-0123456789abcdef',
  object: 'chat.completion.chunk',
  created: 1700000000,
  model: 'm',
}
const TOKEN = data({
  ...about,
  choices: [{ index: 0, delta: { content: ' word' }, logprobs: null, finish_reason: null }],
})
const ending = (completion_tokens: number) =>
  data({ ...about, choices: [{ index: 0, delta: {}, finish_reason: 'length' }] }) +
  data({ ...about, choices: [], usage: { prompt_tokens: 64, completion_tokens } }) +
  `${chunk('data: [DONE]\n\n')}0\r\n\r\n`

type Run = { socket: Socket; tokens: number; received: number; sent: number; first: number; due: number }
const running = new Set<Run>()

function begin(socket: Socket, tokens: number) {
  const received = performance.now()
  if (tpotMs < 0) return flood(socket)
  if (tpotMs === 0) return void socket.write(HEAD + TOKEN.repeat(tokens) + ending(tokens))
  running.add({ socket, tokens, received, sent: 0, first: 0, due: received + ttftMs + spreadMs * random() })
}

/** Sends tokens without end, as fast as they are read. */
function flood(socket: Socket) {
  const block = TOKEN.repeat(100)
  const go = () => {
    while (!socket.destroyed && socket.write(block));
  }
  socket.write(HEAD)
  socket.on('drain', go)
  go()
}

/** Sends the tokens that are due; called every millisecond. */
function tick() {
  const now = performance.now()
  for (const run of running) {
    if (run.socket.destroyed) running.delete(run)
    else if (run.due <= now) send(run)
  }
}

function send(run: Run) {
  const at = performance.now()
  run.sent += 1
  run.due += tpotMs
  if (run.sent === 1) run.first = at
  if (run.sent < run.tokens) return void run.socket.write(run.sent === 1 ? HEAD + TOKEN : TOKEN)
  noted.push({ ttft: run.first - run.received, tpot: (at - run.first) / (run.tokens - 1) })
  running.delete(run)
  run.socket.write(TOKEN + ending(run.tokens))
}

function answer(socket: Socket, head: string, body: string) {
  if (head.startsWith('POST')) return begin(socket, JSON.parse(body).max_tokens)
  const text = JSON.stringify(head.startsWith('GET /truth') ? noted : { data: [{ id: 'm' }] })
  if (head.startsWith('GET /truth')) noted = []
  socket.write(
    `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${text.length}\r\n\r\n${text}`,
  )
}

createServer({ noDelay: true }, (socket) => {
  let text = ''
  socket.on('error', () => {})
  socket.on('data', (bytes) => {
    text += bytes.toString('latin1')
    const end = text.indexOf('\r\n\r\n') + 4
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(text)?.[1] ?? 0)
    if (end < 4 || text.length < end + length) return
    const [head, body] = [text.slice(0, end), text.slice(end, end + length)]
    text = ''
    answer(socket, head, body)
  })
}).listen(port, '127.0.0.1', 4096)
if (tpotMs > 0) setInterval(tick, 1)
