import {
  chunk,
  chunkOf,
  DONE,
  ending,
  event,
  every,
  failing,
  finish,
  role,
  say,
  type Transcript,
  toldFailure,
  usage,
} from './_transcript.ts'

const json = { 'content-type': 'application/json' }
const html = { 'content-type': 'text/html' }
const twoThen = (...parts: string[]) => every(20, [say('a'), say('b'), ...parts])

/** A failure is a failure, in whatever form it is told. */
const told: Transcript[] = [
  {
    name: 'an error event in mid-stream, and [DONE] as if all were well',
    // vllm-project/guidellm #743; BerriAI/litellm #40578.
    reads: twoThen(event({ error: { message: 'out of memory', type: 'server_error', code: 500 } }) + DONE),
    expect: { ...toldFailure(/out of memory/), chunks: 2 },
  },
  {
    name: 'an error event before the first token',
    // vllm-project/vllm #40986.
    reads: [[20, event({ error: { message: 'KV cache is full', code: 500 } }) + DONE]],
    expect: toldFailure(/KV cache is full/),
  },
  {
    name: 'an error that is a text',
    // docs.ollama.com/api/errors: the property `error` holds nothing but a sentence.
    reads: twoThen(event({ error: 'the model failed to generate a response' })),
    expect: toldFailure(/failed to generate/),
  },
  {
    name: '`event: error` with its words in JSON',
    // openai/openai-node #2021; Anthropic-compatible gateways: farzaa/clicky #132.
    reads: twoThen(
      'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n',
    ),
    expect: toldFailure(/Overloaded/),
  },
  {
    name: '`event: error` with its words as they are',
    reads: twoThen(`event: error\ndata: Context size has been exceeded\n\n${DONE}`),
    expect: toldFailure(/Context size has been exceeded/),
  },
  {
    name: '`event: error` whose JSON knows no `error`',
    // LM Studio, zendev-sh/goai #110: {"message": …} beside or without the error.
    reads: twoThen('event: error\ndata: {"message":"Compute error."}\n\n'),
    expect: toldFailure(/Compute error/),
  },
  {
    name: 'an `error:` line instead of data',
    // ggml-org/llama.cpp #16109: so did llama-server until September 2025.
    reads: twoThen(
      `error: {"code":500,"message":"context shift is disabled","type":"server_error"}\n\n${DONE}`,
    ),
    expect: toldFailure(/context shift is disabled/),
  },
  {
    name: 'an `error:` line and nothing else',
    // coddy-project/coddy-agent #106.
    reads: [
      [20, `error: {"code":400,"message":"the request exceeds the available context size"}\n\n${DONE}`],
    ],
    expect: toldFailure(/exceeds the available context size/),
  },
  {
    name: '{"object":"error"} with the words at its top',
    // block/goose #8031 on vLLM.
    reads: twoThen(
      event({ object: 'error', message: 'The engine is dead', type: 'InternalServerError', code: 500 }),
    ),
    expect: toldFailure(/engine is dead/),
  },
  {
    name: '{"detail": …} without choices, as an event',
    reads: twoThen(event({ detail: 'Not enough GPU blocks' }) + DONE),
    expect: toldFailure(/Not enough GPU blocks/),
  },
  {
    name: '{"detail": […]} with 200, as a JSON answer',
    headers: json,
    reads: [[20, '{"detail":[{"loc":["body","model"],"msg":"field required"}]}']],
    expect: toldFailure(/field required/),
  },
  {
    name: 'an error in a JSON answer with 200',
    headers: json,
    reads: [[20, '{"error":{"message":"model is overloaded","type":"server_error"}}']],
    framing: 'length',
    expect: toldFailure(/model is overloaded/),
  },
  {
    name: 'a raw JSON error as the whole body of an event stream',
    reads: [[20, '{"error":{"message":"No worker available"}}']],
    expect: toldFailure(/No worker available/),
  },
  {
    name: 'a raw JSON error in the middle of an event stream',
    reads: twoThen('{"error":{"message":"upstream went away"}}\n'),
    expect: toldFailure(/upstream went away/),
  },
]

/** Finish reasons that say that the answer was not finished. */
const reasons: Transcript[] = [
  {
    name: 'the finish reason abort',
    // vllm-project/vllm #57082: 200, "abort", [DONE].
    reads: twoThen(ending(2, 'abort')),
    expect: toldFailure(/abort/),
  },
  { name: 'the finish reason error', reads: twoThen(ending(2, 'error')), expect: toldFailure(/error/) },
  {
    name: 'a finish reason that is an object which tells of an abort',
    // sgl-project/sglang #19357, #2956.
    reads: twoThen(finish({ type: 'abort', message: 'Input is too long', status_code: 400 }) + DONE),
    expect: toldFailure(/Input is too long/),
  },
  {
    name: 'the finish reason abort on a chunk with a token',
    reads: twoThen(chunk({ content: 'c' }, 'abort') + DONE),
    expect: toldFailure(/abort/),
  },
  {
    name: 'the finish reason abort in a JSON answer',
    headers: json,
    reads: [[20, JSON.stringify({ choices: [{ message: { content: 'a b' }, finish_reason: 'abort' }] })]],
    expect: toldFailure(/abort/),
  },
]

/** Ends that are none. */
const ends: Transcript[] = [
  {
    name: 'a connection that ends with neither a finish reason nor [DONE]',
    // anomalyco/opencode #39968.
    reads: twoThen(),
    expect: { ...failing('closed', /./), chunks: 2 },
  },
  {
    name: 'an empty finish reason is none, and the end comes without [DONE]',
    // ollama/ollama #4357 and sgl-project/sglang #3912: "" on every chunk.
    reads: every(20, [chunk({ content: 'a' }, ''), chunk({ content: 'b' }, '')]),
    expect: failing('closed', /./),
  },
  {
    name: 'an end with usage, but with neither a finish reason nor [DONE]',
    reads: twoThen(usage(2)),
    expect: failing('closed', /./),
  },
  {
    name: 'a body that is not ended as HTTP ends it',
    reads: twoThen(),
    ends: 'fin',
    expect: failing('closed', /./),
  },
  {
    name: 'a connection that is reset in mid-answer',
    reads: twoThen(),
    ends: 'cut',
    expect: failing('closed', /./),
  },
  {
    name: 'a connection that ends before its content-length',
    headers: json,
    reads: [[20, '{"choices":[{"message":']],
    framing: 'length',
    length: 400,
    ends: 'fin',
    expect: failing('closed', /./),
  },
  {
    name: 'an event that is cut within, by the end of the connection',
    reads: every(20, [say('a'), say('b').slice(0, 60)]),
    ends: 'fin',
    expect: failing('closed', /./),
  },
  {
    name: 'an empty body',
    reads: [],
    framing: 'length',
    expect: failing('closed', /./),
  },
  {
    name: 'a connection that is closed without a word',
    raw: '',
    reads: [],
    ends: 'fin',
    expect: { ...failing('connection', /./), ttft_ms: null, e2e_ms: null },
  },
  {
    name: 'an answer that stops in its middle',
    reads: twoThen(),
    ends: 'open',
    expect: { ...failing('timeout', /No complete answer/), chunks: 2 },
  },
  {
    name: 'an answer that never starts',
    reads: [],
    raw: '',
    ends: 'open',
    expect: failing('timeout', /No complete/),
  },
]

/** What is no answer at all. */
const others: Transcript[] = [
  {
    name: 'broken JSON in an event',
    reads: twoThen(`data: {"choices":[{\n\n${DONE}`),
    expect: failing('bad_json', /./),
  },
  {
    name: 'an event that is a number',
    reads: [
      [20, 'data: 7\n\n'],
      [40, DONE],
    ],
    expect: failing('bad_json', /./),
  },
  {
    name: 'a JSON answer that is broken',
    headers: json,
    reads: [[20, '{"choices":[{"message":{"content":"a"}']],
    expect: failing('bad_json', /./),
  },
  {
    name: '200 with a page of HTML',
    headers: html,
    reads: [
      [20, '<!DOCTYPE html><html><head><title>Sign in</title></head><body>Sign in first</body></html>'],
    ],
    expect: failing('bad_answer', /HTML|Sign in/i),
  },
  {
    name: '200 with HTML that is said to be an event stream',
    reads: [[20, '<html>\n<head><title>502 Bad Gateway</title></head>\n<body>nginx</body>\n</html>\n']],
    expect: failing('bad_answer', /502 Bad Gateway/),
  },
  {
    name: '200 with plain text',
    headers: { 'content-type': 'text/plain' },
    reads: [[20, 'no healthy upstream']],
    expect: failing('bad_answer', /no healthy upstream/),
  },
  {
    name: 'JSON of something else',
    headers: json,
    reads: [[20, '{"object":"list","data":[{"id":"m","object":"model"}]}']],
    expect: failing('bad_answer|closed', /./),
  },
]

/** What an answer without text means. */
const silent: Transcript[] = [
  {
    name: 'output that was hidden: usage above 0 and no text',
    // BerriAI/litellm-docs #559; lmstudio-ai/lmstudio-bug-tracker #2339.
    reads: every(20, [role, finish('length') + usage(16) + DONE]),
    expect: failing('no_output', /hid|hidden|16/i),
  },
  {
    name: 'output that was hidden, as a JSON answer',
    headers: json,
    reads: [
      [
        20,
        JSON.stringify({
          choices: [{ index: 0, message: { role: 'assistant', content: '' }, finish_reason: 'length' }],
          usage: { prompt_tokens: 5, completion_tokens: 16 },
        }),
      ],
    ],
    expect: failing('no_output', /./),
  },
  {
    name: '[DONE] and nothing before it',
    // vllm-project/vllm #40978: an error before the first token was lost on the way.
    reads: [[20, DONE]],
    expect: failing('no_output', /./),
  },
  {
    name: 'an immediate end is an answer of 0 tokens, no failure',
    reads: every(20, [role, ending(0)]),
    expect: {
      error: null,
      output_tokens: 0,
      chunks: 0,
      finish_reason: 'stop',
      ttft_ms: null,
      tpot_ms: null,
      itl_ms: [],
    },
  },
  {
    name: 'an immediate end without usage is one too',
    reads: every(20, [role, finish() + DONE]),
    expect: { error: null, output_tokens: 0, chunks: 0, ttft_ms: null, tpot_ms: null, e2e_ms: null },
  },
  {
    name: 'nothing but the token that ends it is one too',
    reads: every(20, [role, ending(1)]),
    expect: { error: null, chunks: 0, ttft_ms: null, tpot_ms: null },
  },
]

/** The same failure as JSON lines. */
const lines: Transcript[] = [
  {
    name: 'an error as the last of JSON lines',
    // docs.ollama.com/api/errors: the last line holds `error` and nothing else.
    headers: { 'content-type': 'application/x-ndjson' },
    reads: every(20, [
      `${JSON.stringify(chunkOf({ content: 'a' }))}\n`,
      `${JSON.stringify(chunkOf({ content: 'b' }))}\n`,
      '{"error":"an error was encountered while running the model"}\n',
    ]),
    expect: toldFailure(/encountered while running/),
  },
]

export const failures = [...told, ...reasons, ...ends, ...others, ...silent, ...lines]
