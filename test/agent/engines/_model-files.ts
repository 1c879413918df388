import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

const u32 = (value: number) => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}
export const u64 = (value: number | bigint) => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt(value))
  return bytes
}
export const text = (value: string) => Buffer.concat([u64(Buffer.byteLength(value)), Buffer.from(value)])
/** Type and value, as they stand after a key. */
export const string = (value: string) => Buffer.concat([u32(8), text(value)])
export const uint32 = (value: number) => Buffer.concat([u32(4), u32(value)])
export const array = (type: number, count: number | bigint, items: Buffer) =>
  Buffer.concat([u32(9), u32(type), u64(count), items])

export type Gguf = {
  version?: number
  metadata?: [string, Buffer][]
  tensors?: [string, number[]][]
  /** Counts that are written instead of the true ones. */
  counts?: { tensors?: number | bigint; metadata?: number | bigint }
}

/** The header of a GGUF file. */
export function ggufHeader({ version = 3, metadata = [], tensors = [], counts = {} }: Gguf): Buffer {
  return Buffer.concat([
    Buffer.from('GGUF'),
    u32(version),
    u64(counts.tensors ?? tensors.length),
    u64(counts.metadata ?? metadata.length),
    ...metadata.flatMap(([key, value]) => [text(key), value]),
    ...tensors.flatMap(([name, dimensions]) => [
      ...[text(name), u32(dimensions.length), ...dimensions.map(u64), u32(0), u64(0)],
    ]),
  ])
}

/** Metadata as converters write it, with a vocabulary of so many words. */
export const metadata = (words = 100, file_type = 15): [string, Buffer][] => [
  ['general.architecture', string('llama')],
  ['general.name', string('Tiny Llama')],
  ['llama.context_length', uint32(8192)],
  [
    'tokenizer.ggml.tokens',
    array(8, words, Buffer.concat(Array.from({ length: words }, (_, i) => text(`word${i}`)))),
  ],
  ['tokenizer.ggml.scores', array(6, words, Buffer.alloc(4 * words))],
  ['general.file_type', uint32(file_type)],
]

export const TENSORS: [string, number[]][] = [
  ['token_embd.weight', [128, 2048]],
  ['output_norm.weight', [128]],
]

export function safetensors(header: string, weights = 'weights'): Buffer {
  return Buffer.concat([u64(Buffer.byteLength(header)), Buffer.from(header), Buffer.from(weights)])
}

export function put(path: string, content: string | Buffer): string {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
  return path
}
