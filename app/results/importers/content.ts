import { LineCounter, parseDocument } from 'yaml'
import { BadRequest } from '../../errors.ts'
import { trimmed } from './aiperf-record.ts'
import type { Content } from './importer.ts'
import { NotJson, readJson } from './lenient-json.ts'
import { isObject, type Json } from './values.ts'

const MIB = 1024 * 1024
/** The most bytes of a file that is not JSON: tables, summaries, YAML. */
const TEXT_MAX = 16 * MIB
const YAML_MAX = 4 * MIB

/** Reads what is in a file. @throws BadRequest */
export function contentOf(bytes: Uint8Array): Content {
  const first = firstSign(bytes)
  if (first === undefined) throw new BadRequest('The file is empty.')
  if (first !== '{' && first !== '[') return { text: textOf(bytes) }
  try {
    return { values: readJson(bytes, trimmed) }
  } catch (error) {
    // The lines of a log may begin with a bracket.
    if (!(error instanceof NotJson) || first === '{' || bytes.byteLength > TEXT_MAX) throw error
    const text = textOf(bytes)
    if (!/^\[[A-Za-z]/.test(text.trimStart())) throw error
    return { text }
  }
}

function firstSign(bytes: Uint8Array): string | undefined {
  const at = bytes.findIndex((byte) => byte > 32)
  return at === -1 ? undefined : String.fromCharCode(bytes[at] as number)
}

function textOf(bytes: Uint8Array): string {
  if (bytes.byteLength > TEXT_MAX)
    throw new BadRequest(`A file that is not JSON may have at most ${TEXT_MAX / MIB} MiB.`)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new BadRequest('The file is neither JSON nor text in UTF-8.')
  }
}

/** The objects of JSON: the values themselves, and the elements of lists among them. */
export function records({ values = [] }: Content): Json[] {
  return values.flatMap((value) => (Array.isArray(value) ? value : [value])).filter(isObject)
}

/** The first object of JSON; undefined if it begins otherwise. */
export function firstRecord({ values }: Content): Json | undefined {
  const [first] = values ?? []
  const record = Array.isArray(first) ? first[0] : first
  return isObject(record) ? record : undefined
}

/** The one object of a file of JSON. */
export function onlyRecord({ values }: Content): Json | undefined {
  return values?.length === 1 && isObject(values[0]) ? values[0] : undefined
}

/** The object in a YAML text. @throws BadRequest */
export function yamlObject(text: string): Json {
  if (text.length > YAML_MAX)
    throw new BadRequest(`A file of YAML may have at most ${YAML_MAX / MIB} MiB. Convert it to JSON.`)
  const lines = new LineCounter()
  try {
    const document = parseDocument(text, { lineCounter: lines, uniqueKeys: false, logLevel: 'silent' })
    const [error] = document.errors
    if (error) {
      const { line } = lines.linePos(error.pos[0])
      throw new BadRequest(`Line ${line} is not valid YAML: ${error.message.split('\n')[0]?.slice(0, 200)}`)
    }
    const value: unknown = document.toJS({ maxAliasCount: 100 })
    if (isObject(value)) return value
  } catch (error) {
    if (error instanceof BadRequest) throw error
    throw new BadRequest('The YAML cannot be read: it nests too deep, or repeats itself too often.')
  }
  throw new BadRequest('The YAML does not hold an object.')
}
