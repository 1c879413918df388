import { connect } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { createApp } from '../../app/app.ts'
import { listen } from '../../app/server/listen.ts'
import { ADMIN, furnished } from '../http/_routes.ts'

/** Sends a body in chunks of so many bytes; gives the answer, and how much was sent before the connection ended. */
async function sendInChunksOf(bytes: number, port: number, body: string) {
  const chunks = Array.from({ length: Math.ceil(body.length / bytes) }, (_, i) => {
    const chunk = body.slice(i * bytes, (i + 1) * bytes)
    return `${chunk.length.toString(16)}\r\n${chunk}\r\n`
  })
  const head = [
    'POST /api/v1/agents/provision HTTP/1.1',
    'Host: 127.0.0.1',
    `Authorization: Bearer ${ADMIN}`,
    'Content-Type: application/json',
    'Transfer-Encoding: chunked',
  ]
  const sent = `${head.join('\r\n')}\r\n\r\n${chunks.join('')}0\r\n\r\n`
  const socket = connect(port, '127.0.0.1', () => socket.write(sent))
  onTestFinished(() => void socket.destroy())
  let answer = ''
  socket.on('data', (data) => {
    answer += data
    if (answer.includes('"agent_id"')) socket.end()
  })
  await new Promise<void>((resolve) => socket.on('error', () => resolve()).on('close', () => resolve()))
  return { status: Number(/^HTTP\/1.1 (\d+)/.exec(answer)?.[1]), answer }
}

test('50: a body that is mostly framing is refused, and the rest of it is not read; the same in larger chunks is taken', async () => {
  const { app } = await furnished()
  const created = createApp(app.deps)
  let received = 0
  const fetch = async (request: Request, env: object) => {
    const { received: soFar } = env as { received?: () => number }
    const response = await created.fetch(request, env)
    received = soFar?.call(env) ?? 0
    return response
  }
  const { port, close } = await listen({ fetch, host: '127.0.0.1', port: 0 })
  onTestFinished(() => close(0))
  const body = `{"name":"small-chunks"${' '.repeat(900_000)}}`
  const small = await sendInChunksOf(1, port, body)
  expect(small).toMatchObject({ status: 400, answer: expect.stringContaining('Send larger chunks') })
  expect(received).toBeLessThan(1_000_000)
  expect(await sendInChunksOf(100, port, body)).toMatchObject({ status: 201 })
})
