import {
  chunk,
  DONE,
  ending,
  event,
  every,
  failing,
  finish,
  GOOD,
  say,
  type Transcript,
  toldFailure,
} from './_transcript.ts'

const twoThen = (...parts: string[]) => every(20, [say('a'), say('b'), ...parts])
const safe = { hate: { filtered: false, severity: 'safe' }, violence: { filtered: false, severity: 'safe' } }

/** What hosted services and the proxies before them do, as somebody reported it. */
export const gateways: Transcript[] = [
  {
    name: 'OpenRouter: comments while it waits',
    // openrouter.ai/docs/api-reference/streaming.
    reads: [
      [10, ': OPENROUTER PROCESSING\n\n'],
      [15, ': OPENROUTER PROCESSING\n\n'],
      ...every(20, [say('a'), `: OPENROUTER PROCESSING\n\n${say('b')}`, say('c'), ending(3)]),
    ],
    expect: GOOD,
  },
  {
    name: 'OpenRouter: a provider that fails in mid-stream, told at the top',
    // openrouter.ai/docs/api/reference/errors-and-debugging.
    reads: twoThen(
      event({
        id: 'gen-1',
        error: { code: 502, message: 'Provider disconnected unexpectedly' },
        choices: [{ index: 0, delta: { content: '' }, finish_reason: 'error' }],
      }) + DONE,
    ),
    expect: toldFailure(/Provider disconnected/),
  },
  {
    name: 'OpenRouter: a provider that fails in mid-stream, told in the choice',
    // openrouter.ai/docs/api/errors; api.koog.ai: OpenRouterChoice.error.
    reads: twoThen(
      event({
        choices: [
          {
            index: 0,
            delta: { content: '' },
            finish_reason: 'error',
            error: { code: 502, message: 'Upstream error from Chutes' },
          },
        ],
      }) + DONE,
    ),
    expect: toldFailure(/Upstream error from Chutes/),
  },
  {
    name: 'LiteLLM: an error with its code as a text, and the end without [DONE]',
    // BerriAI/litellm: what its proxy sends once the headers are out.
    reads: twoThen(
      'data: {"error": {"message": "litellm.MidStreamFallbackError: boom", "type": "None", "param": "None", "code": "500"}}\n\n',
    ),
    expect: toldFailure(/MidStreamFallbackError/),
  },
  {
    name: 'Azure: a first chunk of filter results, without choices',
    // AbanteAI/mentat #429.
    reads: [
      [
        10,
        event({
          id: '',
          object: '',
          created: 0,
          model: '',
          choices: [],
          prompt_filter_results: [{ prompt_index: 0, content_filter_results: safe }],
        }),
      ],
      ...every(20, [say('a'), say('b'), say('c'), ending(3)]),
    ],
    expect: GOOD,
  },
  {
    name: 'Azure: chunks of filter results between, whose delta is null',
    // eneo-ai/eneo #126.
    reads: every(20, [
      say('a'),
      say('b') +
        event({
          choices: [
            {
              index: 0,
              delta: null,
              finish_reason: null,
              content_filter_offsets: { check_offset: 1 },
              content_filter_results: safe,
            },
          ],
        }),
      say('c'),
      ending(3),
    ]),
    expect: GOOD,
  },
  {
    name: 'choices that are null',
    // pipecat-ai/pipecat #1060; BerriAI/litellm #4429.
    reads: every(20, [event({ choices: null, usage: null }) + say('a'), say('b'), say('c'), ending(3)]),
    expect: GOOD,
  },
  {
    name: 'a choice that is null, and a choice without a delta',
    reads: every(20, [
      event({ choices: [null] }) + event({ choices: [{ index: 0 }] }) + say('a'),
      say('b'),
      say('c'),
      ending(3),
    ]),
    expect: GOOD,
  },
  {
    name: 'data: null as a sign of life',
    // NousResearch/hermes-agent #80822.
    reads: every(20, [`data: null\n\n${say('a')}`, `data: null\n\n${say('b')}`, say('c'), ending(3)]),
    expect: GOOD,
  },
  {
    name: 'Cloudflare: a page of HTML after 100 seconds',
    // anthropics/claude-code #16737; langgenius/dify #12276.
    status: 524,
    headers: { 'content-type': 'text/html; charset=UTF-8', server: 'cloudflare' },
    reads: [
      [
        20,
        `<!DOCTYPE html>\n<html class="no-js"><head><title>gpu-lab | 524: A timeout occurred</title></head><body>${'<div></div>'.repeat(200)}</body></html>`,
      ],
    ],
    expect: failing('http_524', /524.*timeout occurred/i),
  },
  {
    name: 'Cloudflare: the same as JSON with `detail`',
    // QuantumNous/new-api #4972.
    status: 524,
    headers: { 'content-type': 'application/problem+json' },
    reads: [
      [
        20,
        '{"title":"Error 524: A timeout occurred","status":524,"detail":"The origin web server did not return a complete response"}',
      ],
    ],
    expect: failing('http_524', /524.*A timeout occurred|did not return a complete response/),
  },
  {
    name: 'nginx: an upstream that is gone',
    status: 502,
    headers: { 'content-type': 'text/html', server: 'nginx/1.26' },
    reads: [
      [
        20,
        '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n',
      ],
    ],
    framing: 'length',
    expect: failing('http_502', /502 Bad Gateway/),
  },
  {
    name: 'AWS: a load balancer that cuts an idle stream without ending its body',
    reads: twoThen(),
    ends: 'fin',
    expect: failing('closed', /./),
  },
  {
    name: 'early hints before the answer',
    // RFC 8297; Cloudflare sends them.
    before: 'HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n',
    reads: every(20, [say('a'), say('b'), say('c'), ending(3)]),
    expect: GOOD,
  },
  {
    name: 'DeepSeek: comments that keep the connection, then thoughts, then text',
    // api-docs.deepseek.com/quick_start/rate_limit.
    reads: [
      [10, ': keep-alive\n\n'],
      [15, ': keep-alive\n\n'],
      ...every(20, [
        chunk({ content: null, reasoning_content: 'a' }),
        chunk({ content: 'b', reasoning_content: null }),
        say('c'),
        ending(3),
      ]),
    ],
    expect: { ...GOOD, kinds: { reasoning: 1, text: 2 } },
  },
  {
    name: 'DeepSeek: the finish reason insufficient_system_resource',
    // api-docs.deepseek.com/api/create-chat-completion: the request is interrupted.
    reads: twoThen(finish('insufficient_system_resource') + DONE),
    expect: toldFailure(/insufficient_system_resource/),
  },
  {
    name: 'Groq: usage under x_groq',
    // vercel/ai #1651.
    reads: every(20, [
      say('a'),
      say('b'),
      say('c'),
      chunk({}, 'stop', {
        x_groq: {
          id: 'req_1',
          usage: {
            queue_time: 0.07,
            prompt_tokens: 23,
            prompt_time: 0.006,
            completion_tokens: 3,
            completion_time: 0.022,
            total_tokens: 26,
          },
        },
      }) + DONE,
    ]),
    expect: { ...GOOD, input_tokens: 23 },
  },
  {
    name: 'Groq: an error under x_groq',
    // groq/groq-python, XGroq.error: why a stream was stopped early.
    reads: twoThen(
      chunk({}, null, { x_groq: { id: 'req_1', error: 'Request failed due to server shutdown' } }),
    ),
    expect: toldFailure(/server shutdown/),
  },
  {
    name: 'Together, Fireworks: usage on the chunk with the finish reason',
    reads: every(20, [
      say('a'),
      say('b'),
      say('c'),
      chunk({ content: '' }, 'stop', {
        usage: { prompt_tokens: 9, completion_tokens: 3, total_tokens: 12 },
      }) + DONE,
    ]),
    expect: { ...GOOD, input_tokens: 9 },
  },
  {
    name: 'Perplexity: each event a whole completion, with what is new in `delta`',
    // BerriAI/litellm #8455: `message` repeats all text so far.
    reads: every(20, [
      ...['a', 'ab', 'abc'].map((content, i) =>
        event({
          object: 'chat.completion',
          choices: [
            {
              index: 0,
              finish_reason: i === 2 ? 'stop' : null,
              message: { role: 'assistant', content },
              delta: { content: content.slice(-1) },
            },
          ],
          usage: { prompt_tokens: 5, completion_tokens: i + 1 },
        }),
      ),
      DONE,
    ]),
    expect: GOOD,
  },
  {
    name: 'Anthropic-compatible: pings between',
    reads: every(20, [`event: ping\ndata: {"type": "ping"}\n\n${say('a')}`, say('b'), say('c'), ending(3)]),
    expect: GOOD,
  },
]
