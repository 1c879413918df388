import { Hono } from 'hono'
import { streamSSE } from 'hono/streaming'
import type { ListenEnv } from '../../app/server/listen-options.ts'

export const quietly = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** What a request can meet in the real app: its environment, an event stream, a long poll, a body. */
export function newTestApp() {
  let release: () => void = () => {}
  const held = new Promise<void>((resolve) => (release = resolve))
  let aborted = 0
  let waiting = 0
  const app = new Hono<{ Bindings: ListenEnv }>()
    .get('/env', (c) => {
      const { remoteAddress, secure } = c.env
      return c.json({ remoteAddress, secure, path: c.req.path })
    })
    .get('/events/:quiet', (c) =>
      streamSSE(c, async (stream) => {
        stream.onAbort(() => void aborted++)
        await stream.writeSSE({ event: 'first', data: '1' })
        await quietly(Number(c.req.param('quiet')))
        await stream.writeSSE({ event: 'last', data: '2' })
      }),
    )
    .get('/poll/:quiet', async (c) => {
      await quietly(Number(c.req.param('quiet')))
      return c.text('late')
    })
    .get('/held', async (c) => {
      waiting++
      await held
      return c.text('released')
    })
    .post('/busy/:quiet', async (c) => {
      await c.req.text()
      c.env.receivedWhole?.()
      await quietly(Number(c.req.param('quiet')))
      return c.text('done')
    })
    .post('/body', async (c) => c.text(`${(await c.req.text()).length} bytes`))
  app.onError((_, c) => c.text('the request broke off', 400))
  return { app, release: () => release(), waiting: () => waiting, aborted: () => aborted }
}
