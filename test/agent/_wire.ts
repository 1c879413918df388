import { createClient } from '../../app/client/client.ts'

export type Sent = { path: string; body: string }

/** A client over a network that the test switches off and on, and that remembers what arrived. */
export function wire(answer: (sent: Sent) => number = () => 200) {
  const arrived: Sent[] = []
  const network = { up: true, tries: 0, arrived }
  const client = createClient({
    baseUrl: 'http://server',
    fetch: async (input, init) => {
      network.tries++
      const request = new Request(input, init)
      const sent = { path: new URL(request.url).pathname.replace('/api/v1/', ''), body: await request.text() }
      if (!network.up) throw new TypeError('fetch failed')
      const status = answer(sent)
      if (status < 300) arrived.push(sent)
      return Response.json(status < 300 ? { ok: true } : { error: `answered ${status}` }, { status })
    },
  })
  return { client, network }
}

/** What arrived, each as one short word: `log 0-2`, `running`, `progress 3`, `result completed`. */
export const told = (sent: Sent[]): string[] =>
  sent.map(({ body }) => {
    const message = JSON.parse(body)
    if (message.lines) return `log ${message.lines[0].seq}-${message.lines.at(-1).seq}`
    if (message.command_id) return `result ${message.status}`
    return message.progress ? `progress ${message.progress.done}` : message.status
  })
