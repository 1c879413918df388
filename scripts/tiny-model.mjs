/**
 * Makes a small model of random weights (GGUF v3, llama architecture) for llama-server:
 *
 *   node scripts/tiny-model.mjs FILE [--layers 12] [--width 256] [--seed 1]
 *
 * The same arguments make the same file. Layers and width determine the time of a token. Its vocabulary has the words
 * of KITT's prompts, so that a word is about one token; it never ends an answer by itself.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    layers: { type: 'string', default: '12' },
    width: { type: 'string', default: '256' },
    seed: { type: 'string', default: '1' },
  },
})
const [layers, width, seed] = [values.layers, values.width, values.seed].map(Number)
const [file] = positionals
if (!file || !(layers >= 1) || !(width >= 64 && width % 64 === 0) || !Number.isInteger(seed)) {
  console.error('Name a file; --layers is from 1, --width a multiple of 64, --seed a whole number.')
  process.exit(2)
}

const HEAD = 32
const TYPES = { uint32: 4, int32: 5, float32: 6, bool: 7, string: 8, array: 9 }
const TENSORS = { float32: 0, float16: 1 }
const ALIGNMENT = 32

const CONTROL = ['<s>', '</s>', '<unk>', '<|im_start|>', '<|im_end|>']
const CHAT = `{% for m in messages %}<|im_start|>{{ m['role'] }}
{{ m['content'] }}<|im_end|>
{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
{% endif %}`

const vocabulary = vocabularyOf(promptWords())
const tensors = tensorsOf(vocabulary.tokens.length, vocabulary.firstWord)
// Written atomically: tests on other runtimes may be loading it.
writeFileSync(
  `${file}.${process.pid}`,
  Buffer.concat([head(), ...tensors.map(({ bytes }) => aligned(bytes))]),
)
renameSync(`${file}.${process.pid}`, file)

/** The words of KITT's prompts, from agent/bench/words.ts. */
function promptWords() {
  const source = readFileSync(new URL('../agent/bench/words.ts', import.meta.url), 'utf8')
  return source.split('`')[1].trim().split(/\s+/)
}

/** A byte-level tokenizer like GPT-2's: every byte, every prefix of each word, and the merges. */
function vocabularyOf(words) {
  const bytes = Array.from({ length: 256 }, (_, byte) => byteLetter(byte))
  const merges = new Set()
  const pieces = new Set()
  for (const word of words) {
    let piece = byteLetter(0x20)
    for (const letter of word) {
      merges.add(`${piece} ${letter}`)
      piece += letter
      pieces.add(piece)
    }
  }
  return {
    tokens: [...CONTROL, ...bytes, ...pieces],
    merges: [...merges],
    firstWord: CONTROL.length + bytes.length,
  }
}

/** A byte in that vocabulary: printable ones unchanged, the others from U+0100 on. */
function byteLetter(byte) {
  const printable = (value) => (value > 0x20 && value < 0x7f) || (value > 0xa0 && value !== 0xad)
  if (printable(byte)) return String.fromCodePoint(byte)
  const before = Array.from({ length: byte }, (_, value) => value).filter((value) => !printable(value))
  return String.fromCodePoint(0x100 + before.length)
}

function tensorsOf(size, firstWord) {
  const random = randomBits(seed)
  const matrix = (name, columns, rows) => ({
    name,
    type: TENSORS.float16,
    shape: [columns, rows],
    bytes: weights(random, columns, rows),
  })
  const ones = (name) => ({
    name,
    type: TENSORS.float32,
    shape: [width],
    bytes: Buffer.from(new Float32Array(width).fill(1).buffer),
  })
  const output = matrix('output.weight', width, size)
  // Tokens that are no words score 0, and some word scores more: an answer has only words, and no end.
  output.bytes.fill(0, 0, firstWord * width * 2)
  return [
    matrix('token_embd.weight', width, size),
    ...Array.from({ length: layers }, (_, layer) => `blk.${layer}`).flatMap((block) => [
      ones(`${block}.attn_norm.weight`),
      ...['q', 'k', 'v', 'output'].map((part) => matrix(`${block}.attn_${part}.weight`, width, width)),
      ones(`${block}.ffn_norm.weight`),
      matrix(`${block}.ffn_gate.weight`, width, width * 2),
      matrix(`${block}.ffn_up.weight`, width, width * 2),
      matrix(`${block}.ffn_down.weight`, width * 2, width),
    ]),
    ones('output_norm.weight'),
    output,
  ]
}

/** Random half-precision numbers of either sign and about 1 / sqrt(columns), two from each 32 bits. */
function weights(random, columns, rows) {
  const exponent = 14 - Math.round(Math.log2(columns) / 2)
  const pairs = new Uint32Array((columns * rows) / 2)
  const exponents = (exponent << 26) | (exponent << 10)
  for (let at = 0; at < pairs.length; at += 1) pairs[at] = (random() & 0x83ff83ff) | exponents
  return Buffer.from(pairs.buffer)
}

/** Returns 32 random bits a call (mulberry32). */
function randomBits(start) {
  let state = start
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let bits = Math.imul(state ^ (state >>> 15), state | 1)
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61)
    return bits ^ (bits >>> 14)
  }
}

/** The part before the tensors: metadata, vocabulary, and the offset of each tensor. */
function head() {
  const { tokens, merges } = vocabulary
  const facts = [
    ['general.architecture', 'string', 'llama'],
    ['general.name', 'string', 'tiny'],
    ['general.file_type', 'uint32', 1],
    ['llama.context_length', 'uint32', 8192],
    ['llama.embedding_length', 'uint32', width],
    ['llama.block_count', 'uint32', layers],
    ['llama.feed_forward_length', 'uint32', width * 2],
    ['llama.attention.head_count', 'uint32', width / HEAD],
    ['llama.attention.head_count_kv', 'uint32', width / HEAD],
    ['llama.attention.layer_norm_rms_epsilon', 'float32', 1e-6],
    ['llama.rope.dimension_count', 'uint32', HEAD],
    ['llama.vocab_size', 'uint32', tokens.length],
    ['tokenizer.ggml.model', 'string', 'gpt2'],
    ['tokenizer.ggml.pre', 'string', 'gpt-2'],
    ['tokenizer.ggml.tokens', 'array', list('string', tokens)],
    // 3 is a control token, 1 an ordinary one.
    [
      'tokenizer.ggml.token_type',
      'array',
      list(
        'int32',
        tokens.map((_, at) => (at < CONTROL.length ? 3 : 1)),
      ),
    ],
    ['tokenizer.ggml.merges', 'array', list('string', merges)],
    ['tokenizer.ggml.bos_token_id', 'uint32', 0],
    ['tokenizer.ggml.eos_token_id', 'uint32', 1],
    ['tokenizer.ggml.unknown_token_id', 'uint32', 2],
    ['tokenizer.ggml.padding_token_id', 'uint32', 1],
    ['tokenizer.ggml.add_bos_token', 'bool', false],
    ['tokenizer.chat_template', 'string', CHAT],
  ]
  let offset = 0
  const places = tensors.map(({ name, type, shape, bytes }) => {
    const at = offset
    offset += Math.ceil(bytes.length / ALIGNMENT) * ALIGNMENT
    return Buffer.concat([string(name), uint32(shape.length), ...shape.map(uint64), uint32(type), uint64(at)])
  })
  const start = [Buffer.from('GGUF'), uint32(3), uint64(tensors.length), uint64(facts.length)]
  const metadata = facts.map(([key, type, value]) =>
    Buffer.concat([string(key), uint32(TYPES[type]), written(type, value)]),
  )
  return aligned(Buffer.concat([...start, ...metadata, ...places]))
}

function written(type, value) {
  if (type === 'array') return value
  if (type === 'string') return string(value)
  if (type === 'bool') return Buffer.from([value ? 1 : 0])
  if (type === 'float32') return Buffer.from(new Float32Array([value]).buffer)
  return uint32(value)
}

function list(type, items) {
  return Buffer.concat([
    uint32(TYPES[type]),
    uint64(items.length),
    ...items.map((item) => written(type, item)),
  ])
}

function string(text) {
  const bytes = Buffer.from(text)
  return Buffer.concat([uint64(bytes.length), bytes])
}

function uint32(value) {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

function uint64(value) {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt(value))
  return bytes
}

function aligned(bytes) {
  return Buffer.concat([bytes, Buffer.alloc(-bytes.length & (ALIGNMENT - 1))])
}
