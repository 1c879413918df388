import { Composer, type CST, type Document, isAlias, LineCounter, Parser, visit } from 'yaml'
import { BadRequest } from '../../errors.ts'
import { trimmed } from './aiperf-record.ts'
import type { Content } from './importer.ts'
import { JsonReader } from './lenient-json.ts'
import { isObject, type Json } from './values.ts'

const MIB = 1024 * 1024
/** The most bytes of a file that is not JSON: tables, summaries, YAML. */
const TEXT_MAX = 16 * MIB
const YAML_MAX = 4 * MIB

/** Reads what is in a file, which comes in pieces. @throws BadRequest */
export async function contentOf(pieces: AsyncIterable<Uint8Array>): Promise<Content> {
  let reader: { push(piece: Uint8Array): void; end(): Content } | undefined
  for await (const piece of pieces) {
    if (reader === undefined && isBlank(piece)) continue
    reader ??= isJson(piece) ? new Values() : new Text()
    reader.push(piece)
  }
  if (reader === undefined) throw new BadRequest('The file is empty.')
  return reader.end()
}

const firstSign = (bytes: Uint8Array) => bytes.findIndex((byte) => byte > 32)
const isBlank = (bytes: Uint8Array) => firstSign(bytes) === -1

/** Whether a file is JSON by its beginning. The lines of a log may begin with a bracket too. */
function isJson(bytes: Uint8Array): boolean {
  const at = firstSign(bytes)
  const beginning = new TextDecoder().decode(bytes.subarray(at, at + 20))
  return /^[{[]/.test(beginning) && !/^\[(?!true\b|false\b|null\b|NaN\b|Infinity\b)[A-Za-z]/.test(beginning)
}

/** JSON that comes in pieces. */
class Values {
  readonly #reader = new JsonReader(trimmed)

  push(piece: Uint8Array) {
    this.#reader.push(piece)
  }

  end(): Content {
    return { values: this.#reader.end() }
  }
}

/** A text that comes in pieces. */
class Text {
  readonly #decoder = new TextDecoder('utf-8', { fatal: true })
  #text = ''
  #size = 0

  /** @throws BadRequest */
  push(piece: Uint8Array) {
    this.#size += piece.byteLength
    if (this.#size > TEXT_MAX)
      throw new BadRequest(`A file that is not JSON may have at most ${TEXT_MAX / MIB} MiB.`)
    this.#text += this.#decoded(piece)
  }

  end(): Content {
    return { text: this.#text + this.#decoded() }
  }

  #decoded(piece?: Uint8Array): string {
    try {
      return piece ? this.#decoder.decode(piece, { stream: true }) : this.#decoder.decode()
    } catch {
      throw new BadRequest('The file is neither JSON nor text in UTF-8.')
    }
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

const yamlRead = new WeakMap<Content, Json>()

/** The object in a YAML text, which is read once: importers look into it by turns. @throws BadRequest */
export function yamlObject(content: Content & { text: string }): Json {
  const known = yamlRead.get(content)
  if (known) return known
  const value = yamlIn(content.text)
  yamlRead.set(content, value)
  return value
}

function yamlIn(text: string): Json {
  if (text.length > YAML_MAX)
    throw new BadRequest(`A file of YAML may have at most ${YAML_MAX / MIB} MiB. Convert it to JSON.`)
  const lines = new LineCounter()
  const fault = (at: number, message: string) =>
    new BadRequest(
      `Line ${lines.linePos(at).line} is not valid YAML: ${message.split('\n')[0]?.slice(0, 200)}`,
    )
  try {
    const tokens = untilError(new Parser(lines.addNewLine).parse(text), fault)
    // For pretty errors the whole line would be read again for each.
    const composer = new Composer({ uniqueKeys: false, logLevel: 'silent', prettyErrors: false })
    const [document] = composer.compose(tokens, true, text.length)
    const [error] = document?.errors ?? []
    if (error) throw fault(error.pos[0], error.message)
    if (document && aliasesIn(document) > ALIASES_MAX) throw tooOften()
    const value: unknown = document?.toJS({ maxAliasCount: 100 })
    if (isObject(value)) return value
  } catch (error) {
    if (error instanceof BadRequest) throw error
    throw tooOften()
  }
  throw new BadRequest('The YAML does not hold an object.')
}

/** Ends at the first error: a file of nothing else has one in every other byte. @throws BadRequest */
function* untilError(tokens: Iterable<CST.Token>, fault: (at: number, message: string) => Error) {
  for (const token of tokens) {
    if (token.type === 'error') throw fault(token.offset, token.message)
    yield token
  }
}

const tooOften = () =>
  new BadRequest('The YAML cannot be read: it nests too deep, or repeats itself too often.')

/** For each, the library looks through all values before it. */
const ALIASES_MAX = 1000

function aliasesIn(document: Document.Parsed): number {
  let aliases = 0
  visit(document, (_key, node) => {
    if (isAlias(node)) aliases++
  })
  return aliases
}
