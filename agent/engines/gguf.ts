import { createHash } from 'node:crypto'
import { type FileHandle, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** Parts of a split model after the first, and projectors. */
const NOT_THE_MODEL = /-(?!00001)\d{5}-of-\d{5}\.gguf$|mmproj/i

/**
 * The GGUF file of a model: the path itself, or the one in its folder (the first part of a split model).
 * @throws when there is none, or more than one
 */
export async function ggufOf(path: string): Promise<string> {
  if (!(await stat(path)).isDirectory()) return path
  const names = (await readdir(path))
    .filter((name) => /\.gguf$/i.test(name) && !NOT_THE_MODEL.test(name))
    .sort()
  const [first, second] = names
  if (first === undefined) throw new Error(`${path} holds no GGUF file.`)
  if (second !== undefined)
    throw new Error(
      `${path} holds several models: ${names.slice(0, 10).join(', ')}. Name one of these files.`,
    )
  return join(path, first)
}

/** The metadata of a GGUF file. */
export type GgufHeader = {
  /** SHA-256 over the header, the metadata and the table of tensors. */
  digest: string
  /** `Q4_K_M`; null when missing. */
  file_type: string | null
  architecture: string | null
  name: string | null
  /** Elements of all tensors in this file. */
  parameters: number
}

const FIRST_READ = 1 << 20
/** Vocabularies of 256k words make headers of some 15 MB. */
const MAX_HEADER = 64 << 20
const MAGIC = 0x46554747

/** llama.cpp's `llama_ftype`; missing numbers were removed there. */
const FILE_TYPES: Record<number, string> = Object.fromEntries(
  [
    '0 F32,1 F16,2 Q4_0,3 Q4_1,7 Q8_0,8 Q5_0,9 Q5_1,10 Q2_K,11 Q3_K_S,12 Q3_K_M,13 Q3_K_L,14 Q4_K_S,15 Q4_K_M',
    '16 Q5_K_S,17 Q5_K_M,18 Q6_K,19 IQ2_XXS,20 IQ2_XS,21 Q2_K_S,22 IQ3_XS,23 IQ3_XXS,24 IQ1_S,25 IQ4_NL,26 IQ3_S',
    '27 IQ3_M,28 IQ2_S,29 IQ2_M,30 IQ4_XS,31 IQ1_M,32 BF16,36 TQ1_0,37 TQ2_0,38 MXFP4_MOE,39 NVFP4,40 Q1_0',
  ]
    .join(',')
    .split(',')
    .map((one) => one.split(' ')),
)
/** `LLAMA_FTYPE_GUESSED`: the type was derived from the tensors. */
const GUESSED = 1024

/** Reads a GGUF header of version 2 or 3; null when it is truncated, broken or larger than 64 MiB. */
export async function readGguf(file: FileHandle, size: number): Promise<GgufHeader | null> {
  const most = Math.min(size, MAX_HEADER)
  for (let length = Math.min(FIRST_READ, most); ; length = Math.min(length * 4, most)) {
    const bytes = Buffer.alloc(length)
    const { bytesRead } = await file.read(bytes, 0, length, 0)
    if (bytesRead < length) return null
    const header = parse(bytes, size)
    if (header !== 'more') return header
    if (length === most) return null
  }
}

class Broken extends Error {}
class Short extends Error {}

function parse(bytes: Buffer, size: number): GgufHeader | null | 'more' {
  try {
    return headerOf(cursorOf(bytes, size))
  } catch (error) {
    if (error instanceof Short) return 'more'
    if (error instanceof Broken) return null
    throw error
  }
}

type Cursor = ReturnType<typeof cursorOf>

/** Reads little-endian values; a count that exceeds the file's size throws Broken. */
function cursorOf(bytes: Buffer, size: number) {
  let at = 0
  const take = (length: number) => {
    if (length > size - at) throw new Broken()
    if (length > bytes.length - at) throw new Short()
    at += length
    return at - length
  }
  const u32 = () => bytes.readUInt32LE(take(4))
  const count = (least: number) => {
    const value = Number(bytes.readBigUInt64LE(take(8)))
    if (value * least > size - at) throw new Broken()
    return value
  }
  const skip = (length: number) => {
    take(length)
  }
  const text = () => {
    const length = count(1)
    const from = take(length)
    return bytes.toString('utf8', from, from + Math.min(length, 500))
  }
  const u64 = () => Number(bytes.readBigUInt64LE(take(8)))
  return { u32, u64, count, skip, text, read: () => bytes.subarray(0, at) }
}

/** Sizes of the fixed-size types in bytes, by number; 8 is a string, 9 an array. */
const SIZES: Record<number, number> = Object.fromEntries(
  [1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8].flatMap((size, type) => (size ? [[type, size]] : [])),
)
const [U32, STRING, ARRAY] = [4, 8, 9]
const MAX_DEPTH = 4

function headerOf(cursor: Cursor): GgufHeader {
  if (cursor.u32() !== MAGIC) throw new Broken()
  const version = cursor.u32()
  if (version !== 2 && version !== 3) throw new Broken()
  const tensors = cursor.count(24)
  const pairs = cursor.count(12)
  const known = new Map<string, string | number>()
  for (let i = 0; i < pairs; i++) {
    const key = cursor.text()
    const type = cursor.u32()
    if (type === STRING) known.set(key, cursor.text())
    else if (type === U32) known.set(key, cursor.u32())
    else skipValue(cursor, type, 0)
  }
  let parameters = 0
  for (let i = 0; i < tensors; i++) parameters += elements(cursor)
  const type = known.get('general.file_type')
  const word = (key: string) => {
    const value = known.get(key)
    return typeof value === 'string' && value !== '' ? value.slice(0, 200) : null
  }
  return {
    digest: createHash('sha256').update(cursor.read()).digest('hex'),
    file_type: typeof type === 'number' ? (FILE_TYPES[type & ~GUESSED] ?? null) : null,
    architecture: word('general.architecture'),
    name: word('general.name'),
    parameters,
  }
}

function skipValue(cursor: Cursor, type: number, depth: number): void {
  const fixed = SIZES[type]
  if (fixed !== undefined) cursor.skip(fixed)
  else if (type === STRING) cursor.skip(cursor.count(1))
  else if (type === ARRAY && depth < MAX_DEPTH) skipArray(cursor, depth + 1)
  else throw new Broken()
}

function skipArray(cursor: Cursor, depth: number): void {
  const type = cursor.u32()
  const fixed = SIZES[type]
  const length = cursor.count(fixed ?? 8)
  if (fixed !== undefined) cursor.skip(length * fixed)
  else for (let i = 0; i < length; i++) skipValue(cursor, type, depth)
}

/** One row of the table of tensors: name, dimensions, type, offset. */
function elements(cursor: Cursor): number {
  cursor.skip(cursor.count(1))
  const dimensions = cursor.u32()
  if (dimensions > 8) throw new Broken()
  let product = 1
  for (let i = 0; i < dimensions; i++) product *= cursor.u64()
  cursor.skip(12)
  if (product > Number.MAX_SAFE_INTEGER) throw new Broken()
  return product
}
