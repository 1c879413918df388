import { ByteWriter } from 'hyparquet-writer/src/bytewriter.js'
import { ParquetWriter } from 'hyparquet-writer/src/parquet-writer.js'
import { nextTurn, oneByOne } from '../turns.ts'
import type { Cell, CellType, Column } from './columns.ts'

/** The cells of a row group: some milliseconds to encode. */
const CELLS = 100_000
/** The rows of a row group. */
const ROWS_MAX = 10_000

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
  const write = () =>
    oneByOne(async () => {
      await file.write({ columnData: rowGroup.take(), rowGroupSize: most })
      return writer.take()
    })
  for await (const rows of groups) {
    for (const row of rows) {
      rowGroup.add(row)
      if (rowGroup.rows >= most) yield await write()
    }
  }
  if (rowGroup.rows > 0) yield await write()
  await nextTurn()
  await file.finish()
  yield writer.take()
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
