import { createParser, type EventSourceMessage } from 'eventsource-parser'
import { pause } from '../../lib/pause.ts'
import type { StreamEvent } from '../api/all-events.ts'
import { EVENT_TIME, formatResumeId, type SeenEvent } from '../events/resume-id.ts'

export type SubscribeOptions = {
  /** The id of an agent, quick test, campaign or download; all events by default. */
  source?: string
  /** Starts after this event. */
  lastEventId?: number
  signal?: AbortSignal
  /** Called when the stream is open, and when it was lost (not merely ended by the server) and will be retried. */
  onState?: (state: 'open' | 'lost') => void
  /** Milliseconds before the first retry, 1,000 by default; doubles up to ten seconds. */
  retryMs?: number
}

type Transport = { baseUrl: string; headers: Record<string, string>; fetch: typeof fetch }

const seen = ({ id, type, data }: StreamEvent): SeenEvent =>
  // A gap is not in the log; its time is when it was sent.
  type === 'gap' ? { id } : { id, at: Date.parse(data.at) || 0 }

const MAX_RETRY_MS = 10_000
const SILENT_MS = 30_000
/** The largest event, in bytes. */
const EVENT_MAX = 1024 * 1024

/** The events of a stream; resumes a lost one without missing or repeating events. @throws StreamRefused */
export async function* subscribe(
  transport: Transport,
  options: SubscribeOptions,
): AsyncGenerator<StreamEvent> {
  const { signal, retryMs = 1000 } = options
  let last: SeenEvent | undefined =
    options.lastEventId === undefined ? undefined : { id: options.lastEventId }
  let retry = retryMs
  while (!signal?.aborted) {
    let ended = false
    try {
      for await (const event of connect(transport, options, last)) {
        if ('begin' in event) {
          last = event.begin
          options.onState?.('open')
        } else {
          last = seen(event)
          yield event
        }
        retry = retryMs
      }
      ended = true
    } catch (error) {
      if (signal?.aborted) return
      if (error instanceof StreamRefused) throw error
    }
    if (signal?.aborted) return
    // A server that ends the stream, such as before it stops, leaves it to another: nothing is lost yet.
    if (!ended) options.onState?.('lost')
    await pause(retry * (0.5 + Math.random() / 2), signal)
    retry = Math.min(retry * 2, MAX_RETRY_MS)
  }
}

/** The server refuses this stream; a retry will not help. */
export class StreamRefused extends Error {
  override name = 'StreamRefused'
}

async function* connect(
  { baseUrl, headers, fetch }: Transport,
  options: SubscribeOptions,
  last: SeenEvent | undefined,
) {
  const path = options.source === undefined ? '' : `/${encodeURIComponent(options.source)}`
  const response = await fetch(`${baseUrl}/api/v1/events/stream${path}`, {
    headers: {
      ...headers,
      Accept: 'text/event-stream',
      ...(last === undefined ? {} : { 'Last-Event-ID': formatResumeId(last) }),
    },
    signal: options.signal ?? null,
  })
  if (!response.ok || !response.body) {
    await response.body?.cancel()
    const message = `The event stream was refused with status ${response.status}.`
    throw response.status < 500 && response.status !== 429 ? new StreamRefused(message) : new Error(message)
  }
  // The start of the stream: where it resumes if it is lost before its first event.
  const begin = response.headers.get('last-event-id')
  const at = Number(response.headers.get(EVENT_TIME) ?? 0)
  yield { begin: begin === null ? last : { id: Number(begin), at } }
  const pending: EventSourceMessage[] = []
  let unfinished = 0
  const parser = createParser({
    onEvent: (event) => void pending.push(event),
    onComment: () => {
      unfinished = 0
    },
  })
  const decoder = new TextDecoder()
  for await (const chunk of chunksOf(response.body)) {
    unfinished += chunk.byteLength
    parser.feed(decoder.decode(chunk, { stream: true }))
    if (pending.length > 0) unfinished = 0
    if (unfinished > EVENT_MAX) throw new Error('An event of the stream is larger than 1 MiB.')
    for (const message of pending.splice(0)) {
      const event = decode(message)
      if (event) yield event
    }
  }
}

async function* chunksOf(body: ReadableStream<Uint8Array>) {
  const reader = body.getReader()
  // A dead connection may stay open; a live one sends a keep-alive every few seconds.
  let silent = false
  const cut = () => {
    silent = true
    reader.cancel().catch(() => {})
  }
  try {
    for (;;) {
      const timer = setTimeout(cut, SILENT_MS)
      const { done, value } = await reader.read().finally(() => clearTimeout(timer))
      if (silent) throw new Error('The event stream is silent.')
      if (done) return
      yield value
    }
  } finally {
    reader.cancel().catch(() => {})
  }
}

// Checked by name, not by schema: Zod would be most of what a browser loads.
const KNOWN: Record<StreamEvent['type'], true> = {
  agent_status: true,
  agent_twin: true,
  command_ready: true,
  status: true,
  log: true,
  progress: true,
  campaign_created: true,
  result_saved: true,
  result_noted: true,
  result_deleted: true,
  setup_state: true,
  alert: true,
  schedule_run: true,
  schedule_changed: true,
  webhook: true,
  model_download: true,
  changed: true,
  gap: true,
}

/** Undefined for an unknown type: a newer server may send others. */
function decode(message: EventSourceMessage): StreamEvent | undefined {
  if (!message.event || !Object.hasOwn(KNOWN, message.event)) return undefined
  return { type: message.event, id: Number(message.id), data: JSON.parse(message.data) } as StreamEvent
}
