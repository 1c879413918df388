import { spawn } from 'node:child_process'
import { appendFileSync, writeFileSync } from 'node:fs'
import { serve } from '@hono/node-server'
import { createSimulator } from '../../../agent/bench/simulator/simulator.ts'
import type { EnginePlan } from '../_host.ts'

// Stands in for an engine's program: serves the simulator on the port it is told, and misbehaves as VLLM_STAND_IN_PLAN says.
const plan = JSON.parse(process.env['VLLM_STAND_IN_PLAN'] ?? '{}') as EnginePlan
const argv = process.argv.slice(2)
const valueAfter = (flag: string) => argv[argv.indexOf(flag) + 1]
const port = Number(
  process.env['STAND_IN_PORT'] ?? process.env['OLLAMA_HOST']?.split(':')[1] ?? valueAfter('--port'),
)
const end = (code: number) => {
  const file = process.env['STAND_IN_EXIT']
  if (file) writeFileSync(file, String(code))
  process.exit(code)
}
process.on('SIGTERM', () => {
  if (plan.ignoreTerm) console.log('not yet')
  else end(0)
})

console.log(`argv ${JSON.stringify(argv)}`)
const secrets = Object.keys(process.env).filter((name) => name.startsWith('KITT_TOKEN'))
console.log(
  `sees ${secrets.length} secrets, CUDA_VISIBLE_DEVICES=${process.env['CUDA_VISIBLE_DEVICES'] ?? 'unset'}`,
)
for (let i = 0; i < (plan.lines ?? 0); i++) console.log(`line ${i} ${'x'.repeat(100)}`)
if (plan.children) {
  const family = [
    spawn('sleep', ['300'], { stdio: 'inherit' }),
    spawn('setsid', ['sleep', '300'], { stdio: 'ignore' }),
  ]
  appendFileSync(plan.children, family.map(({ pid }) => `${pid}\n`).join(''))
}
if (plan.crash === 'start') {
  console.error('CUDA error: out of memory')
  end(3)
}

const model = valueAfter('--served-model-name') ?? valueAfter('--alias') ?? 'simulated'
const app = createSimulator({
  model,
  ttftMs: 2,
  tpotMs: 1,
  ...(plan.failures ? { failures: plan.failures } : {}),
})
const ready = performance.now() + (plan.readyAfterMs ?? 0)
let requests = 0
serve({
  port,
  hostname: '127.0.0.1',
  fetch: async (request: Request) => {
    const { pathname } = new URL(request.url)
    if (plan.neverReady || performance.now() < ready)
      return new Response('{"error":"Loading model"}', { status: 503 })
    if (pathname === '/version') return Response.json({ version: '0.9.1-stand-in' })
    if (pathname === '/health_generate') return new Response('')
    if (pathname.startsWith('/api/')) return ollamaAnswer(pathname, request)
    if (request.method === 'POST' && plan.crash === 'request' && ++requests > 2) {
      console.error('Segmentation fault (core dumped)')
      end(139)
    }
    return app.fetch(request)
  },
})
console.log(`listening on ${port}`)

const pulled = new Set<string>()
async function ollamaAnswer(path: string, request: Request): Promise<Response> {
  const body =
    request.method === 'HEAD' || path.startsWith('/api/blobs') ? {} : await request.json().catch(() => ({}))
  const name = String((body as { model?: string }).model ?? '')
  console.log(`${request.method} ${path} ${JSON.stringify(body)}`)
  if (path === '/api/version') return Response.json({ version: '0.12.0-stand-in' })
  if (path === '/api/show') return new Response('{}', { status: pulled.has(name) ? 200 : 404 })
  if (path.startsWith('/api/blobs/')) {
    if (request.method === 'HEAD') return new Response(null, { status: 404 })
    console.log(`blob of ${(await request.arrayBuffer()).byteLength} bytes`)
    return new Response(null, { status: 201 })
  }
  if (path === '/api/pull' && name.includes('missing'))
    return new Response('{"status":"pulling manifest"}\n{"error":"file does not exist"}\n')
  if (path === '/api/pull' || path === '/api/create') pulled.add(name)
  if (path === '/api/pull')
    return new Response('{"status":"pulling","total":100,"completed":55}\n{"status":"success"}\n')
  return Response.json({ status: 'success' })
}
