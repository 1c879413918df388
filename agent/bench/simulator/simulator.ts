import { type Context, Hono } from 'hono'
import { sleepUntil } from '../pacing.ts'
import { createRandom, mixSeed } from '../random.ts'
import { WORDS } from '../words.ts'
import { type AnswerShape, createShape } from './frames.ts'
import { CompletionBody, type FailurePlan, SIMULATOR_FINGERPRINT, type SimulatorOptions } from './options.ts'
import { createSchedule, type Generation, streamTokens } from './stream.ts'

/**
 * An OpenAI-compatible engine that generates words on a schedule, and marks every answer as simulated. Works in process
 * and behind any server:
 * @example measureRequest({ fetch: createSimulator({ ttftMs: 50 }).request, baseUrl: 'http://simulated', … })
 */
export function createSimulator(options: SimulatorOptions = {}): Hono {
  const state = { served: 0, active: 0 }
  const created = Math.floor(Date.now() / 1000)
  const answer = (kind: 'chat' | 'completions') => async (c: Context) => {
    const arrived = performance.now()
    const body = await readBody(c)
    if (!body) return c.json(problem('The body must be a JSON object with a prompt or messages.'), 400)
    state.served += 1
    const failure = options.failures?.find((plan) => state.served % plan.every === 0)
    if (failure?.kind === 'http_500') return c.json(problem('Simulated failure.'), 500)
    const run = enter(options, state, body, failure, arrived)
    const shape = createShape(kind, options, body, run, created)
    if (body.stream) return c.body(streamTokens(options, run, shape.frames), 200, EVENT_STREAM)
    return complete(c, options, run, shape)
  }
  const app = new Hono()
  app.get('/v1/models', (c) => c.json(modelList(options.model ?? 'simulated', created), 200))
  if (options.version !== undefined) app.get('/version', (c) => c.json({ version: options.version }, 200))
  app.get('/health', (c) => c.json({ status: 'ok' }, 200))
  app.post('/v1/chat/completions', answer('chat'))
  app.post('/v1/completions', answer('completions'))
  app.notFound((c) => c.json(problem('No such path; see /v1/models and /v1/chat/completions.'), 404))
  return app
}

const EVENT_STREAM = { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' }

const problem = (message: string) => ({ error: { message, type: 'simulated', code: null } })

function modelList(id: string, created: number) {
  return { object: 'list', data: [{ id, object: 'model', created, owned_by: SIMULATOR_FINGERPRINT }] }
}

async function readBody(c: Context): Promise<CompletionBody | null> {
  const body = CompletionBody.safeParse(await c.req.json().catch(() => null))
  return body.success && (body.data.prompt !== undefined || body.data.messages) ? body.data : null
}

function enter(
  options: SimulatorOptions,
  state: { served: number; active: number },
  body: CompletionBody,
  failure: FailurePlan | undefined,
  arrived: number,
): Generation {
  const random = createRandom(mixSeed(options.seed ?? 1, state.served))
  const asked = body.max_completion_tokens ?? body.max_tokens ?? options.defaultTokens ?? 64
  let here = true
  state.active += 1
  return {
    arrived,
    random,
    failure,
    tokens: Math.max(0, Math.min(asked, options.stopAfter ?? asked)),
    words: Array.from({ length: 32 }, () => ` ${WORDS[Math.floor(random() * WORDS.length)]}`),
    load: () => state.active,
    leave: () => {
      if (here) state.active -= 1
      here = false
    },
  }
}

async function complete(c: Context, options: SimulatorOptions, run: Generation, shape: AnswerShape) {
  const signal = c.req.raw.signal
  try {
    const due = createSchedule(options, run)
    for (let i = 0; i < run.tokens && !signal.aborted; i++) await sleepUntil(due(), signal, i === 0)
    const kind = run.failure?.kind
    if (kind === 'stall' && !signal.aborted)
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
    if (kind) return c.body('{"choices":[', 200, { 'content-type': 'application/json' })
    return c.json(shape.json, 200)
  } finally {
    run.leave()
  }
}
