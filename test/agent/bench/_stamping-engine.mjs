import { createServer } from 'node:net'

// An engine that does nothing but keep its appointments and note when: what it says of itself is the truth that the
// client's times are held against. A process of its own, so that it shares no event loop with the client. It prints
// its port; GET /truth answers what was noted since it was last asked.
const TTFT_MS = 50
/** Tokens of different requests come at different moments, as those of a real engine do. */
const SPREAD_MS = 20
const TPOT_MS = 40

let noted = []
let seed = 1
const random = () => {
  seed = (seed * 48271) % 2147483647
  return seed / 2147483647
}

const HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n'
const chunk = (text) => `${text.length.toString(16)}\r\n${text}\r\n`
const data = (value) => chunk(`data: ${JSON.stringify(value)}\n\n`)
const TOKEN = data({ choices: [{ index: 0, delta: { content: ' word' }, finish_reason: null }] })
const ending = (completion_tokens) =>
  `${data({ choices: [], usage: { prompt_tokens: 8, completion_tokens } })}${chunk('data: [DONE]\n\n')}0\r\n\r\n`

function generate(socket, tokens) {
  const received = performance.now()
  const first = received + TTFT_MS + SPREAD_MS * random()
  const sent = []
  const token = () => {
    if (socket.destroyed) return
    sent.push(performance.now())
    socket.write(sent.length === 1 ? HEAD + TOKEN : TOKEN)
    if (sent.length < tokens) return void setTimeout(token, first + TPOT_MS * sent.length - performance.now())
    noted.push({ ttft: sent[0] - received, tpot: (sent[tokens - 1] - sent[0]) / (tokens - 1) })
    socket.write(ending(tokens))
  }
  setTimeout(token, first - received)
}

function answer(socket, head, body) {
  if (head.startsWith('POST')) return generate(socket, JSON.parse(body).max_tokens)
  const text = JSON.stringify(head.startsWith('GET /truth') ? noted : { data: [] })
  if (head.startsWith('GET /truth')) noted = []
  socket.write(
    `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${text.length}\r\n\r\n${text}`,
  )
}

const server = createServer({ noDelay: true }, (socket) => {
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
})
server.listen(0, '127.0.0.1', 1024, () => console.log(server.address().port))
