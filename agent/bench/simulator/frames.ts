import { type CompletionBody, SIMULATOR_FINGERPRINT, type SimulatorOptions } from './options.ts'
import type { Frames, Generation } from './stream.ts'

/** One answer as frames of an event stream and as one JSON object. */
export interface AnswerShape {
  frames: Frames
  json: unknown
}

const frame = (data: unknown) => `data: ${JSON.stringify(data)}\n\n`

/** Words count as tokens. */
function countWords(body: CompletionBody): number {
  const texts = body.messages ? body.messages.map((message) => message.content) : [body.prompt]
  return texts.join(' ').split(/\s+/).filter(Boolean).length
}

function usageOf(options: SimulatorOptions, body: CompletionBody, tokens: number) {
  const input = countWords(body)
  return {
    prompt_tokens: input,
    completion_tokens: tokens,
    total_tokens: input + tokens,
    prompt_tokens_details: { cached_tokens: Math.min(input, options.cachedTokens ?? 0) },
  }
}

/** The answer of a chat or text completion, in the format of OpenAI and vLLM. */
export function createShape(
  kind: 'chat' | 'completions',
  options: SimulatorOptions,
  body: CompletionBody,
  run: Generation,
  created: number,
): AnswerShape {
  const chat = kind === 'chat'
  const asked = body.max_completion_tokens ?? body.max_tokens
  const finish = asked && run.tokens < asked ? 'stop' : 'length'
  const usage = usageOf(options, body, run.tokens)
  const about = {
    id: `sim-${Math.floor(run.random() * 1e12).toString(36)}`,
    created,
    model: body.model ?? options.model ?? 'simulated',
    system_fingerprint: SIMULATOR_FINGERPRINT,
  }
  const chunk = { ...about, object: chat ? 'chat.completion.chunk' : 'text_completion' }
  const choice = (delta: object, text: string, finish_reason: string | null) =>
    frame({ ...chunk, choices: [{ index: 0, ...(chat ? { delta } : { text }), finish_reason }] })
  const text = Array.from({ length: run.tokens }, (_, i) => run.words[i % run.words.length]).join('')
  const sendUsage = options.sendUsage !== false
  return {
    frames: {
      first: chat ? [choice({ role: 'assistant', content: '' }, '', null)] : [],
      token: (word) => choice({ content: word }, word, null),
      last: [
        choice({}, '', finish),
        ...(sendUsage && body.stream_options?.include_usage ? [frame({ ...chunk, choices: [], usage })] : []),
        'data: [DONE]\n\n',
      ],
    },
    json: {
      ...about,
      object: chat ? 'chat.completion' : 'text_completion',
      choices: [
        {
          index: 0,
          ...(chat ? { message: { role: 'assistant', content: text } } : { text }),
          finish_reason: finish,
        },
      ],
      ...(sendUsage ? { usage } : {}),
    },
  }
}
