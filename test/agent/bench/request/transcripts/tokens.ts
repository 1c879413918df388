import {
  chunk,
  DONE,
  type Expected,
  ending,
  event,
  every,
  finish,
  GOOD,
  role,
  say,
  type Transcript,
  usage,
} from './_transcript.ts'

type Kind = keyof Expected['kinds']
/** Three deltas of one kind are three tokens, timed as any others. */
const three = (name: string, kind: Kind, deltas: unknown[], reason = 'stop'): Transcript => ({
  name,
  reads: every(20, [...deltas.map((delta) => chunk(delta)), ending(3, reason)]),
  expect: { ...GOOD, kinds: { [kind]: 3 }, finish_reason: reason },
})
const all = (make: (text: string) => unknown) => ['a', 'b', 'c'].map(make)
const call = (more: object) => ({ tool_calls: [{ index: 0, ...more }] })

/** A token is any output. */
const kinds: Transcript[] = [
  three(
    'content as text',
    'text',
    all((content) => ({ content })),
  ),
  three(
    'content as a list of text parts',
    'text',
    all((text) => ({ content: [{ type: 'text', text }] })),
  ),
  three(
    'content as a list of thinking parts',
    'reasoning',
    // Magistral: BerriAI/litellm #16272, simonw/llm-mistral #39.
    all((text) => ({ content: [{ type: 'thinking', thinking: [{ type: 'text', text }] }] })),
  ),
  three(
    'content as a list of thinking parts that are texts',
    'reasoning',
    all((thinking) => ({ content: [{ type: 'thinking', thinking }] })),
  ),
  three(
    'reasoning',
    'reasoning',
    all((reasoning) => ({ content: '', reasoning })),
  ),
  three(
    'reasoning_content',
    'reasoning',
    all((reasoning_content) => ({ content: null, reasoning_content })),
  ),
  three(
    'reasoning and its details at once are one token',
    'reasoning',
    // OpenRouter sends both.
    all((text) => ({ reasoning: text, reasoning_details: [{ type: 'reasoning.text', text }] })),
  ),
  three(
    'refusal',
    'refusal',
    all((refusal) => ({ refusal })),
  ),
  three(
    'the arguments of a tool call',
    'tool_call',
    all((text) => call({ function: { arguments: text } })),
    'tool_calls',
  ),
  three(
    'the arguments of a function call, as they once were',
    'tool_call',
    all((text) => ({ function_call: { arguments: text } })),
    'function_call',
  ),
  three(
    'audio',
    'audio',
    all((text) => ({ audio: { id: 'audio_1', data: btoa(text) } })),
  ),
  three(
    'audio as its transcript',
    'audio',
    all((transcript) => ({ audio: { id: 'audio_1', transcript } })),
  ),
  {
    name: 'text of the completions endpoint',
    reads: every(20, [
      ...['a', 'b', 'c'].map((text) => event({ choices: [{ index: 0, text, finish_reason: null }] })),
      event({ choices: [{ index: 0, text: '', finish_reason: 'length' }] }) + usage(3) + DONE,
    ]),
    expect: { ...GOOD, finish_reason: 'length' },
  },
  {
    name: 'the arguments of a tool call as an object, all at once',
    // Ollama's /v1 once sent them so.
    reads: every(20, [
      role,
      chunk(call({ function: { name: 'f', arguments: { city: 'Paris' } } })) + ending(9, 'tool_calls'),
    ]),
    expect: { error: null, chunks: 1, output_tokens: 9, kinds: { tool_call: 1 }, ttft_ms: 40, tpot_ms: null },
  },
  {
    name: 'reasoning, then text: counted by kind, timed as one answer',
    reads: every(20, [
      chunk({ reasoning_content: 'a' }),
      chunk({ reasoning_content: 'b' }),
      say('c'),
      ending(3),
    ]),
    expect: { ...GOOD, kinds: { reasoning: 2, text: 1 } },
  },
]

/** What brings no output is no token, and starts no clock. */
const none: Transcript[] = [
  {
    name: 'a role alone, empty text and null are no tokens',
    reads: every(20, [
      role,
      chunk({ role: 'assistant', content: null }),
      chunk({ content: '' }),
      chunk({ content: [] }),
      say('a'),
      chunk({ content: null, reasoning_content: null, tool_calls: null, refusal: null, audio: null }),
      say('b'),
      ending(2),
    ]),
    expect: {
      error: null,
      output_tokens: 2,
      chunks: 2,
      kinds: { text: 2 },
      ttft_ms: 100,
      tpot_ms: 40,
      itl_ms: [40],
      e2e_ms: 140,
    },
  },
  {
    name: 'empty parts, empty reasoning and empty arguments are no tokens',
    reads: every(20, [
      chunk({ content: [{ type: 'text', text: '' }] }),
      chunk({ content: [{ type: 'thinking', thinking: [] }] }),
      chunk({ reasoning: '' }),
      chunk(call({ function: { arguments: '' } })),
      say('a'),
      ending(1),
    ]),
    expect: { error: null, output_tokens: 1, chunks: 1, kinds: { text: 1 }, ttft_ms: 100 },
  },
  {
    name: 'a space is a token',
    reads: every(20, [say(' '), say('\n'), say('\t'), ending(3)]),
    expect: GOOD,
  },
  {
    name: 'half a letter is a token',
    // waybarrios/vllm-mlx #109: U+FFFD twice where one letter was cut in two.
    reads: every(20, [say('\uFFFD'), say('\uFFFD'), say('c'), ending(3)]),
    expect: GOOD,
  },
  {
    name: 'half an emoji is a token',
    // waybarrios/vllm-mlx #195: the halves of a surrogate pair in two events.
    reads: every(20, [
      say('a').replace('"a"', '"\\ud83d"'),
      say('a').replace('"a"', '"\\ude00"'),
      say('c'),
      ending(3),
    ]),
    expect: GOOD,
  },
  {
    name: 'a token on the chunk with the finish reason counts',
    // vllm-project/vllm #35705.
    reads: every(20, [say('a'), say('b'), chunk({ content: 'c' }, 'length'), usage(3) + DONE]),
    expect: { ...GOOD, finish_reason: 'length' },
  },
]

/** Finish reasons that are none of a failure are kept as they came. */
const reasons = ['length', 'stop_sequence', 'eos', 'content_filter', 'STOP', 'model_length', 'end_turn'].map(
  (reason): Transcript => ({
    name: `the finish reason ${reason} is no failure, and kept`,
    reads: every(20, [say('a'), say('b'), say('c'), ending(3, reason)]),
    expect: { ...GOOD, finish_reason: reason },
  }),
)

/** Finish reasons as engines send them between. */
const between: Transcript[] = [
  {
    name: 'an empty finish reason on every chunk, and the real one at the end',
    // ollama/ollama #4357; adolfousier/opencrabs #1499.
    reads: every(20, [
      ...['a', 'b', 'c'].map((content) => chunk({ content }, '')),
      finish('stop') + usage(3) + DONE,
    ]),
    expect: GOOD,
  },
  {
    name: 'a finish reason that is an object of a good end',
    // SGLang before it was made a word: {"type":"length","length":16}.
    reads: every(20, [say('a'), say('b'), say('c'), finish({ type: 'length', length: 3 }) + usage(3) + DONE]),
    expect: { ...GOOD, finish_reason: 'length' },
  },
]

export const tokens = [...kinds, ...none, ...reasons, ...between]
