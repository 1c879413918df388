import { headerProblem, keyProblem } from '../../../lib/header-rules.ts'
import { engineAddress, shownAddress } from './address.ts'
import type { WireRequest } from './transport.ts'

/** The address, headers and body fields of requests to an engine. */
export interface RequestShape {
  baseUrl: string
  apiKey?: string | undefined
  model: string
  endpoint?: 'chat' | 'completions' | undefined
  /** Additional headers; their values are secret. */
  headers?: Readonly<Record<string, string>> | undefined
  /** The field that limits the output; default `max_tokens`. */
  maxTokensField?: string | undefined
  /** Fields of the body to leave out, such as `stream_options`. */
  omit?: readonly string[] | undefined
  /** Additional fields of the body, such as vLLM's `ignore_eos`. */
  extraBody?: Readonly<Record<string, unknown>> | undefined
}

/** Builds requests to an engine from their common parts. */
export interface RequestMaker {
  make(prompt: string, maxTokens: number): WireRequest
  /** The address, for error messages. */
  address: string
  /** Texts that no error may contain. */
  secrets: readonly string[]
}

/** @throws for an invalid address, key or header */
export function requestMaker(shape: RequestShape): RequestMaker {
  const { model, apiKey, omit = [], maxTokensField = 'max_tokens' } = shape
  const chat = (shape.endpoint ?? 'chat') === 'chat'
  const addresses = engineAddress(shape.baseUrl)
  const url = chat ? addresses.chat : addresses.completions
  const headers = requestHeaders(apiKey, shape.headers ?? {})
  const secrets = [apiKey ?? '', ...Object.values(shape.headers ?? {})].filter((one) => one.length > 3)
  const bodyOf = (prompt: string, maxTokens: number): string => {
    const fields: Record<string, unknown> = {
      model,
      ...(chat ? { messages: [{ role: 'user', content: prompt }] } : { prompt }),
      [maxTokensField]: maxTokens,
      temperature: 0,
      stream: true,
      stream_options: { include_usage: true },
      ...shape.extraBody,
    }
    for (const field of omit) delete fields[field]
    return JSON.stringify(fields)
  }
  const around = createAround(bodyOf)
  return {
    make: (prompt, maxTokens) => {
      const [before, after] = around(maxTokens)
      return { url, headers, body: before + JSON.stringify(prompt) + after }
    },
    address: shownAddress(url),
    secrets,
  }
}

/** The body before and after the prompt, cached for the last number of tokens: most requests have the same. */
function createAround(bodyOf: (prompt: string, maxTokens: number) => string) {
  const mark = `prompt-${crypto.randomUUID()}`
  let known: { maxTokens: number; parts: readonly [string, string] } | undefined
  return (maxTokens: number) => {
    if (known?.maxTokens === maxTokens) return known.parts
    const [before = '', after = ''] = bodyOf(mark, maxTokens).split(JSON.stringify(mark))
    known = { maxTokens, parts: [before, after] }
    return known.parts
  }
}

function requestHeaders(apiKey: string | undefined, more: Readonly<Record<string, string>>) {
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    accept: 'text/event-stream, application/json',
  }
  if (apiKey) {
    refuse(keyProblem(apiKey), 'The key of the engine ')
    headers['authorization'] = `Bearer ${apiKey}`
  }
  for (const [name, value] of Object.entries(more)) {
    refuse(headerProblem(name, value))
    headers[name.toLowerCase()] = value
  }
  return headers
}

function refuse(problem: string | undefined, what = ''): void {
  if (problem) throw new Error(what + problem)
}
