import * as http from 'node:http'

// The baseline of a client: node:http, parses the JSON of each event, keeps only the number of tokens.
// Arguments: port, requests in flight, requests, tokens. Prints streams a second.
const [port, inFlight, requests, tokens] = process.argv.slice(2).map(Number) as [
  number,
  number,
  number,
  number,
]
const agent = new http.Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY })
const body = JSON.stringify({
  model: 'm',
  messages: [{ role: 'user', content: 'word '.repeat(64) }],
  max_tokens: tokens,
  stream: true,
  stream_options: { include_usage: true },
})
const options = {
  ...{ host: '127.0.0.1', port, method: 'POST', path: '/v1/chat/completions', agent },
  headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
}

const one = () =>
  new Promise<number>((resolve, reject) => {
    const request = http.request(options, (answer) => {
      let text = ''
      let seen = 0
      answer.setEncoding('utf8')
      answer.on('data', (part: string) => {
        text += part
        const events = text.split('\n\n')
        text = events.pop() ?? ''
        for (const event of events) {
          if (event === 'data: [DONE]') continue
          const { choices } = JSON.parse(event.slice(6)) as { choices: { delta?: { content?: string } }[] }
          if (choices[0]?.delta?.content) seen += 1
        }
      })
      answer.on('end', () => resolve(seen))
    })
    request.on('error', reject)
    request.end(body)
  })

async function run(count: number) {
  let left = count
  const lane = async () => {
    while (left > 0) {
      left -= 1
      if ((await one()) !== tokens) throw new Error('An answer had the wrong number of tokens.')
    }
  }
  await Promise.all(Array.from({ length: inFlight }, lane))
}

await run(inFlight * 2)
const from = performance.now()
await run(requests)
console.log(JSON.stringify({ rps: (requests * 1000) / (performance.now() - from) }))
agent.destroy()
