import {
  chunk,
  DONE,
  ending,
  event,
  every,
  finish,
  GOOD,
  GOOD_UNTOLD,
  say,
  type Transcript,
  usage,
} from './_transcript.ts'

/** Three tokens, and a usage that may be doubted. */
const told = (name: string, last: string, expect: Transcript['expect'], asked?: number): Transcript => ({
  name,
  reads: every(20, [say('a'), say('b'), say('c'), finish() + last + DONE]),
  ...(asked === undefined ? {} : { asked }),
  expect,
})
const doubted = (name: string, last: string, why: RegExp, asked?: number) =>
  told(name, last, { ...GOOD_UNTOLD, usage_doubt: why }, asked)
const raw = (text: string) => usage(1).replace('"completion_tokens":1', `"completion_tokens":${text}`)

/** Usage is held against what was asked for, and against the chunks. */
const against: Transcript[] = [
  told('usage is believed', usage(3), GOOD),
  told('no usage: the chunks are counted', '', GOOD_UNTOLD),
  told('usage that is null', event({ choices: [], usage: null }), GOOD_UNTOLD),
  told('usage without output tokens', event({ choices: [], usage: { prompt_tokens: 5 } }), {
    ...GOOD_UNTOLD,
    input_tokens: 5,
  }),
  told('more than chunks: some tokens have no text of their own', usage(4), {
    ...GOOD,
    output_tokens: 4,
    tpot_ms: 40 / 3,
  }),
  told('all that was asked for', usage(3), GOOD, 3),
  doubted('more than asked for', usage(4), /4.*3|3.*4/, 3),
  told(
    '5 % more than asked for is believed',
    usage(105),
    { error: null, output_tokens: 105, usage_doubt: null },
    100,
  ),
  told(
    'over 5 % more than asked for is not',
    usage(106),
    { error: null, output_tokens: 3, token_source: 'chunks', usage_doubt: /106/ },
    100,
  ),
  {
    name: 'far fewer than the chunks',
    reads: every(20, [...Array.from({ length: 6 }, () => say('w')), finish() + usage(2) + DONE]),
    expect: { error: null, output_tokens: 6, token_source: 'chunks', usage_doubt: /2/, tpot_ms: 20 },
  },
  // mudler/LocalAI #1609: 0 in every chunk.
  doubted('none, though there was text', usage(0), /./),
  doubted('a negative number', usage(-1), /./),
  doubted('a part of a token', usage(3.5), /./),
  doubted('over 2³¹', usage(4_294_967_295), /./),
  doubted('a number with an exponent', raw('1e300'), /./),
  doubted('a text', usage('3'), /./),
  doubted('NaN, which is no JSON but what Python writes', raw('NaN'), /./),
  doubted('Infinity, which is no JSON but what Python writes', raw('Infinity'), /./),
]

const counted = (content: string, tokens: number) =>
  chunk({ content }, null, { usage: { prompt_tokens: 5, completion_tokens: tokens } })
const running = (name: string, counts: number[], last: string, expect: Transcript['expect']): Transcript => ({
  name,
  reads: every(20, [
    ...['a', 'b', 'c'].map((content, i) => counted(content, counts[i]!)),
    finish() + last + DONE,
  ]),
  expect,
})

/** Usage on every chunk adds up to the last. */
const perChunk: Transcript[] = [
  // vllm-project/vllm #9357: continuous_usage_stats.
  running('usage on every chunk, each the sum so far', [1, 2, 3], usage(3), GOOD),
  // langchain-ai/langchain #38070: Perplexity.
  running('usage on every chunk and none at the end', [1, 2, 3], '', GOOD),
  running('usage on every chunk that falls', [1, 3, 2], usage(3), { ...GOOD_UNTOLD, usage_doubt: /./ }),
  // vllm-project/vllm #9357: each chunk its own tokens, not the sum.
  running('usage on every chunk that does not reach the last', [1, 1, 1], usage(9), {
    ...GOOD_UNTOLD,
    usage_doubt: /./,
  }),
  {
    name: 'usage before the last chunk, which has none',
    // BerriAI/litellm #17136 on xAI.
    reads: every(20, [say('a'), say('b'), say('c'), usage(3) + chunk({}, 'stop', { usage: null }) + DONE]),
    expect: GOOD,
  },
]

/** What else is told of tokens is kept. */
const kept: Transcript[] = [
  told(
    'cached, reasoning and accepted tokens',
    usage(3, {
      prompt_tokens: 50,
      prompt_tokens_details: { cached_tokens: 32 },
      completion_tokens_details: {
        reasoning_tokens: 1,
        accepted_prediction_tokens: 2,
        rejected_prediction_tokens: 4,
      },
    }),
    { ...GOOD, input_tokens: 50, cached_tokens: 32, reasoning_tokens: 1, accepted_tokens: 2 },
  ),
  told('what is not told of them is absent', usage(3), {
    ...GOOD,
    cached_tokens: null,
    reasoning_tokens: null,
    accepted_tokens: null,
    server: null,
  }),
  told('details that are null', usage(3, { prompt_tokens_details: null, completion_tokens_details: null }), {
    ...GOOD,
    cached_tokens: null,
    reasoning_tokens: null,
  }),
  told('none cached is 0, not absent', usage(3, { prompt_tokens_details: { cached_tokens: 0 } }), {
    ...GOOD,
    cached_tokens: 0,
  }),
  // DeepSeek's own names.
  told(
    'cached tokens as DeepSeek tells them',
    usage(3, { prompt_cache_hit_tokens: 4, prompt_cache_miss_tokens: 1 }),
    {
      ...GOOD,
      cached_tokens: 4,
    },
  ),
  told(
    'the timings of llama-server',
    // ggml-org/llama.cpp #15827.
    chunk({}, 'stop', {
      usage: { prompt_tokens: 5, completion_tokens: 3 },
      timings: {
        cache_n: 2,
        prompt_n: 3,
        prompt_ms: 12.5,
        predicted_n: 3,
        predicted_ms: 41.25,
        draft_n: 4,
        draft_n_accepted: 2,
      },
    }),
    {
      ...GOOD,
      cached_tokens: 2,
      accepted_tokens: 2,
      server: { output_tokens: 3, output_ms: 41.25, prompt_tokens: 3, prompt_ms: 12.5 },
    },
  ),
  told(
    'timings that are no numbers are not kept',
    chunk({}, 'stop', {
      usage: { completion_tokens: 3 },
      timings: { predicted_n: 'many', predicted_ms: null },
    }),
    { ...GOOD, server: null },
  ),
]

/** An answer of one piece is held to the same. */
const whole: Transcript[] = [
  {
    name: 'one JSON object with more tokens than asked for',
    headers: { 'content-type': 'application/json' },
    reads: [
      [
        20,
        JSON.stringify({
          choices: [{ message: { content: 'a b' }, finish_reason: 'stop' }],
          usage: { completion_tokens: 90 },
        }),
      ],
    ],
    expect: { error: null, token_source: 'chunks', usage_doubt: /90/ },
  },
  {
    name: 'usage on the chunk of the finish reason',
    reads: every(20, [
      say('a'),
      say('b'),
      say('c'),
      chunk({}, 'stop', { usage: { prompt_tokens: 5, completion_tokens: 3 } }) + DONE,
    ]),
    expect: { ...GOOD, input_tokens: 5 },
  },
  {
    name: 'usage after the finish reason, some time later',
    reads: [...every(20, [say('a'), say('b'), say('c'), finish()]), [120, usage(3)], [140, DONE]],
    expect: { ...GOOD, e2e_ms: 60 },
  },
  {
    name: 'usage and no finish reason, but [DONE]',
    reads: every(20, [say('a'), say('b'), say('c'), usage(3) + DONE]),
    expect: { ...GOOD, finish_reason: null },
  },
  { name: 'the same as always', reads: every(20, [say('a'), say('b'), say('c'), ending(3)]), expect: GOOD },
]

export const usages = [...against, ...perChunk, ...kept, ...whole]
