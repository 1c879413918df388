import {
  chunk,
  DONE,
  ending,
  event,
  every,
  failing,
  finish,
  GOOD,
  GOOD_UNTOLD,
  role,
  say,
  type Transcript,
  toldFailure,
  usage,
} from './_transcript.ts'

const twoThen = (...parts: string[]) => every(20, [say('a'), say('b'), ...parts])
const ollama = (content: string, more: object = {}) =>
  `${JSON.stringify({ model: 'm', created_at: '2026-11-28T03:14:40Z', message: { role: 'assistant', content }, done: false, ...more })}\n`
const OLLAMA_END = ollama('', {
  done: true,
  done_reason: 'stop',
  total_duration: 174_560_334,
  load_duration: 101_397_084,
  prompt_eval_count: 11,
  prompt_eval_duration: 13_074_791,
  eval_count: 3,
  eval_duration: 52_479_709,
})
const lines = { 'content-type': 'application/x-ndjson' }

/** What engines on one's own machines do, as somebody reported it. */
export const engines: Transcript[] = [
  {
    name: 'vLLM: an engine that aborts, 200 and [DONE]',
    // vllm-project/vllm #57082: elastic scale-down, sleep mode.
    reads: twoThen(finish('abort') + usage(2) + DONE),
    expect: toldFailure(/abort/),
  },
  {
    name: 'vLLM: empty chunks while the prompt is worked on in parts',
    // vllm-project/vllm #5708, #9028: chunked prefill.
    reads: [
      [5, chunk({ content: '' })],
      [10, chunk({ content: '' })],
      ...every(20, [say('a'), say('b'), say('c'), ending(3)]),
    ],
    expect: GOOD,
  },
  {
    name: 'SGLang: an abort as an object, with its words',
    // sgl-project/sglang #2956, #19357.
    reads: twoThen(
      chunk(
        { content: '' },
        {
          type: 'abort',
          message: 'Abort in waiting queue',
          status_code: 503,
          err_type: 'ServiceUnavailable',
        },
      ) + DONE,
    ),
    expect: toldFailure(/Abort in waiting queue/),
  },
  {
    name: 'SGLang: all fields of a delta, most of them null, and the reason never told',
    // sgl-project/sglang #4550.
    reads: every(20, [
      ...['a', 'b', 'c'].map((content) =>
        chunk({ role: null, content, reasoning_content: null, tool_calls: null }, null, { usage: null }),
      ),
      usage(3) + DONE,
    ]),
    expect: { ...GOOD, finish_reason: null },
  },
  {
    name: 'TGI: an error with its type beside it',
    // huggingface/huggingface_hub #2514, #2558.
    reads: [
      [
        20,
        'data:{"error":"Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096","error_type":"validation"}\n\n',
      ],
    ],
    expect: toldFailure(/Input validation error/),
  },
  {
    name: 'TGI: no space after data:, and [DONE]',
    // huggingface/huggingface_hub #2410; ogx-ai/ogx #4744.
    reads: every(20, [say('a'), say('b'), say('c'), ending(3)]).map(([at, text]) => [
      at,
      String(text).replaceAll('data: ', 'data:'),
    ]),
    expect: GOOD,
  },
  {
    name: 'Ollama: its own JSON lines, its durations in ns',
    headers: lines,
    reads: every(20, [ollama('a'), ollama('b'), ollama('c'), OLLAMA_END]),
    expect: {
      ...GOOD,
      input_tokens: 11,
      server: { output_tokens: 3, output_ms: 52.479709, prompt_tokens: 11, prompt_ms: 13.074791 },
    },
  },
  {
    name: 'Ollama: thoughts in `thinking`',
    headers: lines,
    reads: every(20, [
      ollama('', { message: { role: 'assistant', content: '', thinking: 'a' } }),
      ollama('b'),
      ollama('c'),
      OLLAMA_END,
    ]),
    expect: { ...GOOD, kinds: { reasoning: 1, text: 2 } },
  },
  {
    name: 'Ollama: /api/generate with `response`',
    // docs.ollama.com/api/streaming.
    headers: lines,
    reads: every(20, [
      ...['a', 'b', 'c'].map((response) => `${JSON.stringify({ model: 'm', response, done: false })}\n`),
      `${JSON.stringify({ model: 'm', response: '', done: true, done_reason: 'stop', eval_count: 3, prompt_eval_count: 11 })}\n`,
    ]),
    expect: { ...GOOD, input_tokens: 11 },
  },
  {
    name: 'Ollama: lines that end before `done`',
    headers: lines,
    reads: every(20, [ollama('a'), ollama('b')]),
    expect: failing('closed', /./),
  },
  {
    name: 'Ollama: an error as the last line',
    // docs.ollama.com/api/errors.
    headers: lines,
    reads: every(20, [ollama('a'), '{"error":"an error was encountered while running the model"}\n']),
    expect: toldFailure(/encountered while running/),
  },
  {
    name: 'Ollama: an error as the only line, with 200',
    headers: lines,
    reads: [[20, '{"error":"llama runner process has terminated"}\n']],
    expect: toldFailure(/runner process has terminated/),
  },
  {
    name: 'LM Studio: an error event in mid-stream',
    // zendev-sh/goai #110.
    reads: twoThen(
      'event: error\ndata: {"error":{"message":"Compute error."},"message":"Compute error."}\n\n',
    ),
    expect: toldFailure(/Compute error/),
  },
  {
    name: 'LM Studio: a prompt that is too long, told by silence',
    // lmstudio-ai/lmstudio-bug-tracker #2339: usage counts tokens, no text comes.
    reads: every(20, [role, finish() + usage(12) + DONE]),
    expect: failing('no_output', /./),
  },
  {
    name: 'llama-server: content null in the role chunk, progress of the prompt, timings at the end',
    // ggml-org/llama.cpp #15827, #14268.
    reads: [
      [5, chunk({ role: 'assistant', content: null })],
      [10, chunk({}, null, { prompt_progress: { total: 237, cache: 0, processed: 128, time_ms: 181 } })],
      ...every(20, [
        say('a'),
        say('b'),
        say('c'),
        finish() +
          event({
            choices: [],
            usage: { prompt_tokens: 237, completion_tokens: 3 },
            timings: { cache_n: 236, prompt_n: 1, prompt_ms: 30.958, predicted_n: 3, predicted_ms: 61.064 },
          }) +
          DONE,
      ]),
    ],
    expect: {
      ...GOOD,
      input_tokens: 237,
      cached_tokens: 236,
      server: { output_tokens: 3, output_ms: 61.064, prompt_tokens: 1, prompt_ms: 30.958 },
    },
  },
  {
    name: 'llama-server: comments while a long prompt is worked on',
    // ggml-org/llama.cpp #24013; mistralai/mistral-vibe #794: the line is `:` alone.
    reads: [[5, ':\n\n'], [10, ':\n\n'], ...every(20, [say('a'), say('b'), say('c'), ending(3)])],
    expect: GOOD,
  },
  {
    name: 'sse-starlette: CRLF and a ping with the time',
    // hey-api/hey-api #3054.
    reads: [
      [10, ': ping - 2026-11-28 03:14:40.123456+00:00\r\n\r\n'],
      ...every(20, [say('a'), say('b'), say('c'), ending(3)]).map(([at, text]): [number, string] => [
        at,
        String(text).replaceAll('\n', '\r\n'),
      ]),
    ],
    expect: GOOD,
  },
  {
    name: 'Python: NaN among the log probabilities',
    // huggingface/trl #6693: where a server does not turn it into null.
    reads: every(20, [
      say('a').replace(
        '"finish_reason":null',
        '"finish_reason":null,"logprobs":{"content":[{"logprob":NaN}]}',
      ),
      say('b').replace(
        '"finish_reason":null',
        '"finish_reason":null,"logprobs":{"content":[{"logprob":-Infinity}]}',
      ),
      say('c'),
      ending(3),
    ]),
    expect: GOOD,
  },
  {
    name: 'a token whose text is NaN stays what it is',
    reads: every(20, [say('NaN'), say(': NaN,'), say('-Infinity'), ending(3)]),
    expect: GOOD,
  },
  {
    name: 'a choice that is not the first',
    reads: every(20, [
      ...['a', 'b', 'c'].map((content) =>
        event({ choices: [{ index: 1, delta: { content }, finish_reason: null }] }),
      ),
      event({ choices: [{ index: 1, delta: {}, finish_reason: 'stop' }] }) + DONE,
    ]),
    expect: { ...GOOD_UNTOLD },
  },
]
