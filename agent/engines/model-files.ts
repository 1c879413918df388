import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, open, opendir, readdir, stat } from 'node:fs/promises'
import { basename, dirname, join, relative } from 'node:path'
import { type GgufHeader, readGguf } from './gguf.ts'
import { configFacts, type QuantFacts } from './model-config.ts'

/** One file of a model. The digest is SHA-256 over its header; over the whole file for small JSON files. */
export type ModelFile = { path: string; bytes: number; digest: string | null }

/** A model's properties and files, without reading the weights. */
export type ModelFacts = QuantFacts & {
  format: 'gguf' | 'safetensors' | null
  /** Of all files, also unlisted ones. */
  bytes: number
  file_count: number
  /** Over the names, sizes and digests of the listed files, so equal for equal models. */
  digest: string
  files: ModelFile[]
}

const MAX_FILES = 500
const MAX_DEPTH = 4
const MAX_WHOLE = 16 << 20
/** Limit of the safetensors format, bytes. */
const MAX_SAFETENSORS = 100_000_000
const WHOLE =
  /\.index\.json$|^(config|generation_config|quantize_config|hf_quant_config|tokenizer_config)\.json$/

/**
 * Sizes, header digests and quantisation of a model on this host; null when nothing can be read.
 * @param path a folder, or a GGUF file (the other parts of a split model are included)
 */
export async function modelFacts(path: string): Promise<ModelFacts | null> {
  try {
    const isFolder = (await stat(path)).isDirectory()
    const root = isFolder ? path : dirname(path)
    const all: string[] = []
    if (isFolder) await walk(root, all, 0)
    else all.push(...(await partsOf(path)))
    return await factsOf(root, all.sort())
  } catch {
    return null
  }
}

async function factsOf(root: string, all: string[]): Promise<ModelFacts | null> {
  const files: ModelFile[] = []
  const headers: GgufHeader[] = []
  const jsonFiles = new Map<string, unknown>()
  let bytes = 0
  for (const [i, path] of all.entries()) {
    const size = (await stat(path)).size
    bytes += size
    if (i >= MAX_FILES) continue
    const { digest, gguf, json } = await readHeader(path, size)
    if (gguf) headers.push(gguf)
    if (json !== undefined) jsonFiles.set(basename(path), json)
    files.push({ path: relative(root, path), bytes: size, digest })
  }
  if (files.length === 0) return null
  const hash = createHash('sha256')
  for (const file of files) hash.update(`${file.path}\0${file.bytes}\0${file.digest}\n`)
  const quant = headers[0] ? ggufFacts(headers[0], headers) : configFacts(jsonFiles)
  const has = (ending: string) => all.some((path) => path.toLowerCase().endsWith(ending))
  const format = has('.gguf') ? 'gguf' : has('.safetensors') ? 'safetensors' : null
  return { format, ...quant, bytes, file_count: all.length, digest: `sha256:${hash.digest('hex')}`, files }
}

const ggufFacts = (first: GgufHeader, all: readonly GgufHeader[]): QuantFacts => ({
  name: first.name,
  architecture: first.architecture,
  quantization: first.file_type,
  dtype: null,
  parameters: all.reduce((sum, header) => sum + header.parameters, 0) || null,
})

type FileHeader = { digest: string | null; gguf?: GgufHeader; json?: unknown }

/** Reads a file's header, or all of a small JSON file. A broken or truncated file has no digest. */
async function readHeader(path: string, size: number): Promise<FileHeader> {
  const name = basename(path)
  const gguf = /\.gguf$/i.test(name)
  const tensors = /\.safetensors$/i.test(name)
  const whole = WHOLE.test(name) && size <= MAX_WHOLE
  if (!gguf && !tensors && !whole) return { digest: null }
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch(() => null)
  if (file === null) return { digest: null }
  try {
    if (gguf) {
      const header = await readGguf(file, size)
      return header ? { digest: `sha256:${header.digest}`, gguf: header } : { digest: null }
    }
    const bytes = tensors ? await safetensorsHeader(file, size) : await firstBytes(file, size)
    if (bytes === null) return { digest: null }
    const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`
    return tensors ? { digest } : { digest, json: parsed(bytes) }
  } catch {
    return { digest: null }
  } finally {
    await file.close()
  }
}

/** The length (8 bytes) and the JSON header; null when it exceeds the file. */
async function safetensorsHeader(file: FileHandle, size: number): Promise<Buffer | null> {
  const length = await firstBytes(file, 8)
  const header = length === null ? 0 : Number(length.readBigUInt64LE())
  if (header === 0 || header > MAX_SAFETENSORS || header + 8 > size) return null
  const bytes = await firstBytes(file, header + 8)
  return bytes?.[8] === '{'.charCodeAt(0) ? bytes : null
}

async function firstBytes(file: FileHandle, length: number): Promise<Buffer | null> {
  const bytes = Buffer.alloc(length)
  const { bytesRead } = await file.read(bytes, 0, length, 0)
  return bytesRead === length ? bytes : null
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined
  }
}

/** Files below a folder, except hidden ones. Links to files are followed, links to folders are not. */
async function walk(folder: string, found: string[], depth: number): Promise<void> {
  for await (const entry of await opendir(folder)) {
    if (entry.name.startsWith('.')) continue
    const path = join(folder, entry.name)
    if (entry.isDirectory()) {
      if (depth < MAX_DEPTH) await walk(path, found, depth + 1)
    } else if ((await stat(path).catch(() => null))?.isFile()) found.push(path)
    // The folder may be no model at all, with any number of files.
    if (found.length >= MAX_FILES * 20) return
  }
}

/** A file and the other parts of a split model: `m-00001-of-00003.gguf`. */
async function partsOf(path: string): Promise<string[]> {
  const [, stem, total] = /^(.*)-\d{5}-of-(\d{5})\.gguf$/i.exec(basename(path)) ?? []
  if (stem === undefined) return [path]
  const part = new RegExp(`^-\\d{5}-of-${total}\\.gguf$`, 'i')
  const names = await readdir(dirname(path))
  return names
    .filter((name) => name.startsWith(stem) && part.test(name.slice(stem.length)))
    .map((name) => join(dirname(path), name))
}
