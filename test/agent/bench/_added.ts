import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { onTestFinished } from 'vitest'
import type { WindowMetrics } from '../../../agent/bench/measure/window.ts'
import type { MeasuredDocument } from '../../../agent/bench/report/document.ts'
import type { Fetch } from '../../../agent/bench/request/request.ts'
import { distribution } from '../../../agent/bench/stats.ts'
import { runSuite } from '../../../agent/bench/suites/suites.ts'
import { bareTtft, TOKENS } from './_bare-client.ts'

/** The engine that notes when it got each request and sent each token; what it noted last. */
export async function stampingEngine() {
  const script = new URL('./_stamping-engine.mjs', import.meta.url).pathname
  const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill())
  const [line] = await once(child.stdout, 'data')
  const baseUrl = `http://127.0.0.1:${String(line).trim()}`
  /** Its own median TTFT over the last so many requests, ms. */
  const ttft = async (requests: number) => {
    const noted = (await (await fetch(`${baseUrl}/truth`)).json()) as { ttft: number }[]
    return distribution(noted.slice(-requests).map((request) => request.ttft))?.p50 ?? Number.NaN
  }
  return { baseUrl, ttft }
}

type Stamping = Awaited<ReturnType<typeof stampingEngine>>
export type Added = { own: number; bare: number; document: MeasuredDocument }

/** What the client, and after it the bare one, add to what the engine says of itself: medians of one window, ms. */
export async function addedBy(
  { baseUrl, ttft }: Stamping,
  load: { concurrency: number; requests: number; fetch?: Fetch },
): Promise<Added> {
  const { concurrency, requests, fetch } = load
  const document = await runSuite({
    ...{ baseUrl, model: 'm', engine: 'stamping', suite: 'quick', kittVersion: '0' },
    options: { concurrency, requests, output_tokens: TOKENS, warmup: concurrency },
    ...(fetch ? { fetch } : {}),
  })
  const window = document.results[0]?.metrics as unknown as WindowMetrics
  const own = (window.ttft_ms?.p50 ?? Number.NaN) - (await ttft(requests))
  const bare = (await bareTtft(baseUrl, concurrency, requests)) - (await ttft(requests))
  return { own, bare, document }
}

/** What a busy machine makes every client wait, ms, is not this one's doing; up to 2, so that it hides no more. */
export const netOf = ({ own, bare }: Added) => own - Math.min(2, Math.max(0, bare))

export const isBound = ({ document }: Added) => document.warnings.some(({ code }) => code === 'client_bound')

export const medianOf = (values: number[]) => distribution(values)?.p50 ?? Number.NaN

/** A client that looks at each chunk so much later than it could. */
export const lateFetch =
  (ms: number): Fetch =>
  async (url, init) => {
    const response = await fetch(url, init)
    const later = new TransformStream<Uint8Array, Uint8Array>({
      async transform(chunk, controller) {
        await new Promise((resolve) => setTimeout(resolve, ms))
        controller.enqueue(chunk)
      },
    })
    return new Response(response.body?.pipeThrough(later) ?? null, response)
  }
