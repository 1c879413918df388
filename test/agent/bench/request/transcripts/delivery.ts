import { chunk, DONE, ending, every, finish, say, type Transcript, usage } from './_transcript.ts'

const words = (count: number, word = 'word ') => Array.from({ length: count }, () => say(word)).join('')
const piece = (tokens: number) => say('word '.repeat(tokens))

/** What could not be observed is not given. */
export const delivery: Transcript[] = [
  {
    name: 'token by token',
    reads: every(15, [...Array.from({ length: 6 }, () => say('word ')), ending(6)]),
    expect: {
      error: null,
      output_tokens: 6,
      delivery: 'streamed',
      ttft_ms: 15,
      tpot_ms: 15,
      itl_ms: [15, 15, 15, 15, 15],
      e2e_ms: 90,
    },
  },
  {
    name: 'all tokens in one read: a proxy buffers',
    // lm-sys/FastChat #2337; mostlygeek/llama-swap #236.
    reads: [[80, words(8) + ending(8)]],
    expect: {
      error: null,
      output_tokens: 8,
      chunks: 8,
      delivery: 'buffered',
      tpot_ms: null,
      itl_ms: [],
      e2e_ms: 80,
    },
  },
  {
    name: 'all tokens in two reads: a proxy buffers',
    // open-webui/docs #308: buffers of 4 or 8 KB.
    reads: every(40, [words(8), words(8), ending(16)]),
    expect: { error: null, output_tokens: 16, delivery: 'buffered', tpot_ms: null, itl_ms: [], e2e_ms: 80 },
  },
  {
    name: 'a proxy that buffers, and tells the end in a read of its own',
    reads: [
      [60, words(12)],
      [80, finish('length')],
      [100, usage(12)],
      [120, DONE],
    ],
    expect: { error: null, output_tokens: 12, delivery: 'buffered', tpot_ms: null, itl_ms: [], e2e_ms: 60 },
  },
  {
    name: 'one chunk with all the tokens',
    reads: [[60, piece(10) + ending(10)]],
    expect: {
      error: null,
      output_tokens: 10,
      chunks: 1,
      delivery: 'buffered',
      tpot_ms: null,
      itl_ms: [],
      e2e_ms: 60,
    },
  },
  {
    name: 'a bundled first chunk, then two tokens, is no speed',
    reads: every(20, [piece(14), say('word '), say('word '), ending(16)]),
    expect: { error: null, output_tokens: 16, delivery: 'buffered', tpot_ms: null, itl_ms: [], e2e_ms: 60 },
  },
  {
    name: 'three tokens a chunk: TPOT is per token, ITL per chunk',
    // NVIDIA/TensorRT-LLM #5284 and vllm-project/vllm #27869: stream_interval.
    reads: every(30, [piece(3), piece(3), piece(3), piece(3), ending(12)]),
    expect: {
      error: null,
      output_tokens: 12,
      chunks: 4,
      delivery: 'multi_token',
      ttft_ms: 30,
      tpot_ms: 10,
      itl_ms: [30, 30, 30],
      e2e_ms: 120,
    },
  },
  {
    name: 'five tokens a chunk in chunks of unlike size',
    // Speculative decoding: eugr/llama-benchy #11.
    reads: every(20, [piece(4), piece(7), piece(2), piece(7), ending(20)]),
    asked: 32,
    expect: {
      error: null,
      output_tokens: 20,
      chunks: 4,
      delivery: 'multi_token',
      tpot_ms: 60 / 16,
      itl_ms: [20, 20, 20],
      e2e_ms: 80,
    },
  },
  {
    name: 'two tokens a chunk is still token by token',
    reads: every(20, [piece(2), piece(2), piece(2), ending(6)]),
    expect: { error: null, output_tokens: 6, chunks: 3, delivery: 'streamed', itl_ms: [20, 20], e2e_ms: 60 },
  },
  {
    name: 'gaps of reads that coalesce count once',
    reads: every(20, [say('a'), say('b') + say('c'), say('d'), ending(4)]),
    expect: {
      error: null,
      output_tokens: 4,
      chunks: 4,
      delivery: 'streamed',
      ttft_ms: 20,
      tpot_ms: 40 / 3,
      itl_ms: [20, 20],
      e2e_ms: 60,
    },
  },
  {
    name: 'the role comes long before the first token',
    reads: [
      [10, chunk({ role: 'assistant', content: '' })],
      [100, say('a')],
      [120, say('b')],
      [140, ending(2)],
    ],
    expect: { error: null, ttft_ms: 100, tpot_ms: 20, itl_ms: [20], e2e_ms: 120, delivery: 'streamed' },
  },
  {
    name: 'one token has a first and no rate',
    reads: every(20, [say('a'), ending(1)]),
    expect: { error: null, output_tokens: 1, ttft_ms: 20, tpot_ms: null, itl_ms: [], e2e_ms: 20 },
  },
  {
    name: 'two tokens in one read have no rate',
    reads: every(20, [say('a') + say('b'), ending(2)]),
    expect: { error: null, output_tokens: 2, tpot_ms: null, itl_ms: [], e2e_ms: 20 },
  },
  {
    name: 'a long pause within is in the gaps and in TPOT',
    reads: [
      [20, say('a')],
      [40, say('b')],
      [140, say('c')],
      [160, ending(3)],
    ],
    expect: { error: null, ttft_ms: 20, tpot_ms: 60, itl_ms: [20, 100], e2e_ms: 140, delivery: 'streamed' },
  },
  {
    name: 'a failure in the middle keeps what was seen, and is no speed',
    reads: every(20, [say('a'), say('b')]),
    ends: 'fin',
    expect: { error: { kind: 'closed', message: /./ }, chunks: 2, ttft_ms: 20 },
  },
]
