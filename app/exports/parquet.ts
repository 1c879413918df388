import { ByteWriter } from 'hyparquet-writer/src/bytewriter.js'
import { ParquetWriter } from 'hyparquet-writer/src/parquet-writer.js'
import { inTurns, nextTurn, oneByOne } from '../turns.ts'
import type { Cell, CellType, Column } from './columns.ts'

/** The most cells of a row group, which are in memory: some ten MiB. */
const CELLS = 400_000
const ROWS_MAX = 20_000
/** Cells that are encoded in one turn of the event loop: some milliseconds. */
const IN_A_TURN = 8000

type Schema = ConstructorParameters<typeof ParquetWriter>[0]['schema']

const TYPES = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  number: { type: 'DOUBLE' },
  boolean: { type: 'BOOLEAN' },
  time: { type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' },
} as const satisfies Record<CellType, object>

/** Bytes that are taken as they are written. */
class Pieces extends ByteWriter {
  take(): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(this.getBytes())
    this.index = 0
    return bytes
  }
}

/** A Parquet file of rows: Snappy, every column optional, absent where nothing was observed. */
export async function* rowsAsParquet<Row>(
  columns: readonly Column<Row>[],
  groups: AsyncIterable<readonly Row[]>,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const writer = new Pieces(256 * 1024)
  const schema: Schema = [
    { name: 'root', num_children: columns.length },
    ...columns.map(({ name, type }) => ({ name, ...TYPES[type], repetition_type: 'OPTIONAL' as const })),
  ]
  const file = new ParquetWriter({ writer, schema })
  const most = Math.max(1, Math.min(ROWS_MAX, Math.floor(CELLS / columns.length)))
  const rowGroup = new RowGroup(columns)
  for await (const rows of groups) {
    for await (const row of inTurns(rows)) {
      rowGroup.add(row)
      if (rowGroup.rows < most) continue
      await writeRowGroup(file, rowGroup.take())
      yield writer.take()
    }
  }
  if (rowGroup.rows > 0) await writeRowGroup(file, rowGroup.take())
  await nextTurn()
  await file.finish()
  yield writer.take()
}

type Data = Parameters<ParquetWriter['write']>[0]['columnData']

/** Writes a row group some columns at a time: the writer makes a row group of each, which are put together. */
async function writeRowGroup(file: ParquetWriter, data: Data): Promise<void> {
  const rows = data[0]?.data.length ?? 0
  const step = Math.max(1, Math.floor(IN_A_TURN / rows))
  const [before, count] = [file.row_groups.length, file.num_rows]
  for (let at = 0; at < data.length; at += step)
    await oneByOne(async () =>
      file.write({ columnData: data.slice(at, at + step), rowGroupSize: Math.max(1, rows) }),
    )
  const parts = file.row_groups.splice(before)
  file.row_groups.push({
    columns: parts.flatMap(({ columns }) => columns),
    total_byte_size: parts.reduce((sum, { total_byte_size }) => sum + total_byte_size, 0n),
    num_rows: BigInt(rows),
  })
  file.num_rows = count + BigInt(rows)
}

/** Rows by column, of which nothing but the cells is kept. */
class RowGroup<Row> {
  readonly #columns: readonly Column<Row>[]
  #cells: unknown[][]
  rows = 0

  constructor(columns: readonly Column<Row>[]) {
    this.#columns = columns
    this.#cells = columns.map(() => [])
  }

  add(row: Row) {
    for (const [i, { type, of }] of this.#columns.entries()) this.#cells[i]?.push(stored(type, of(row)))
    this.rows += 1
  }

  take() {
    const data = this.#columns.map(({ name }, i) => ({
      name,
      data: this.#cells[i] ?? [],
      offsetIndex: false,
    }))
    this.#cells = this.#columns.map(() => [])
    this.rows = 0
    return data
  }
}

function stored(type: CellType, value: Cell): unknown {
  if (value === null) return undefined
  if (type !== 'time') return value
  const time = new Date(value as number)
  return Number.isNaN(time.getTime()) ? undefined : time
}
