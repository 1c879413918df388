import { query, raw, sql } from '../../db/sql.ts'
import type { Deps } from '../deps.ts'
import { NotFound } from '../errors.ts'
import { sizeOf } from '../http/large-answer.ts'
import { LARGE_DOCUMENT } from '../results/documents.ts'
import { getResult } from '../results/service.ts'
import { readSlice, SLICE, type Slice } from '../results/slices.ts'
import { oneByOne } from '../turns.ts'
import type { Bytes, Piece } from './pieces.ts'
import { type Chosen, groupsOf, type Sized } from './source.ts'

type Reads = Pick<Deps, 'db' | 'workOnLarge' | 'sha256'>
type Format = 'json' | 'jsonl'

/**
 * The chosen results as they are stored, with KITT's own fields: an array, or one a line. Large ones stay bytes:
 * as strings they would be in memory several times.
 * @param whole with the outputs of their benchmarks
 */
export async function* documentsAsText(
  deps: Reads,
  format: Format,
  chosen: Chosen,
  whole: boolean,
): AsyncGenerator<Piece> {
  const isList = format === 'json'
  let first = true
  for await (const group of groupsOf(deps.db, chosen)) {
    for await (const document of whole ? wholeDocuments(deps, group) : listItems(deps, group)) {
      if (isList) yield first ? '[\n' : ',\n'
      if (typeof document === 'string') yield isList ? document : onOneLine(document)
      else yield* isList ? document : onOneLineOf(document)
      if (!isList) yield '\n'
      first = false
    }
  }
  if (isList) yield first ? '[]\n' : '\n]\n'
}

const idsOf = (group: readonly Sized[]) => JSON.stringify(group.map(({ seq }) => seq))

async function* listItems({ db }: Reads, group: Sized[]): AsyncGenerator<string | AsyncIterable<Bytes>> {
  const [first] = group
  if (!first) return
  // A large one is alone in its group.
  if (first.bytes > LARGE_DOCUMENT) {
    const begin = await sliceOf(db, first.seq)
    if (begin) yield slicesOf(db, first.seq, begin)
    return
  }
  const rows = await oneByOne(() =>
    query<{ text: string }>(
      db.read,
      sql`SELECT head || tail AS text FROM runs JOIN documents ON run_seq = seq
        WHERE seq IN (SELECT value FROM json_each(${idsOf(group)})) ORDER BY timestamp, seq`,
    ),
  )
  for (const { text } of rows) yield text
}

/** The rest of a large document is read as it is taken. @throws when it is deleted meanwhile */
async function* slicesOf(db: Deps['db'], seq: number, begin: Slice): AsyncGenerator<Bytes> {
  const there = <T>(found: T | undefined): T => {
    if (!found) throw new NotFound('A result was deleted while it was written.')
    return found
  }
  yield begin.bytes
  for (let at = SLICE; at < begin.size; at += SLICE) yield there(await sliceOf(db, seq, at)).bytes
  yield there(await readSlice(db.read, seq, raw('tail'))).bytes
}

const sliceOf = ({ read }: Deps['db'], seq: number, at = 0) =>
  oneByOne(() => readSlice(read, seq, raw('head'), at))

async function* wholeDocuments(deps: Reads, group: Sized[]): AsyncGenerator<string | Bytes[]> {
  const rows = await query<{ id: string }>(
    deps.db.read,
    sql`SELECT id FROM runs WHERE seq IN (SELECT value FROM json_each(${idsOf(group)})) ORDER BY timestamp, seq`,
  )
  for (const { id } of rows) {
    const pieces = await getResult(deps, id, oneByOne).catch(notGone)
    if (pieces) yield sizeOf(pieces) > LARGE_DOCUMENT ? pieces : await new Blob(pieces).text()
  }
}

/** A result that was deleted meanwhile is left out. */
function notGone(error: unknown): undefined {
  if (!(error instanceof NotFound)) throw error
}

/** A JSON string contains no raw line break: line breaks and the indentation after them are layout. */
const onOneLine = (text: string) => text.replace(/[\r\n]+[ \t]*/g, '')

const [TAB, LINE_FEED, RETURN, SPACE] = [9, 10, 13, 32]
/** In bytes: what is looked through in one turn of the event loop. */
const LOOKED_AT = 256 * 1024

/** The same of bytes. */
async function* onOneLineOf(document: AsyncIterable<Bytes> | readonly Bytes[]): AsyncGenerator<Bytes> {
  let isLayout = false
  for await (const bytes of document) {
    for (let at = 0; at < bytes.byteLength; at += LOOKED_AT) {
      const some = bytes.subarray(at, at + LOOKED_AT)
      const kept = new Uint8Array(some.byteLength)
      let length = 0
      for (const byte of some) {
        if (byte === LINE_FEED || byte === RETURN) isLayout = true
        else if (!isLayout || (byte !== SPACE && byte !== TAB)) {
          isLayout = false
          kept[length++] = byte
        }
      }
      yield kept.subarray(0, length)
    }
  }
}
