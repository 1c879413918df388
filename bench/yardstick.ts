import { serve } from '@hono/node-server'
import { Hono } from 'hono'

// What a Hono route costs that does nothing: every request of a scenario is held against it, in the same run.
const app = new Hono()
  .get('*', (c) => c.json({ status: 'ok' }))
  .post('*', async (c) => c.json({ ok: true, got: Object.keys(await c.req.json()).length }))

serve({ fetch: app.fetch, hostname: '127.0.0.1', port: Number(process.argv[2]) })
