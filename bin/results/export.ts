import { ExportFormat, FILES, RESULTS_HEADER } from '../../app/exports/schema.ts'
import { type ConnectOptions, connect } from '../connection/connect.ts'
import { findIds } from '../connection/find.ts'
import { clientCommand, several } from '../terminal/command.ts'
import { CommandFailed, printJson, say, UsageError } from '../terminal/output.ts'
import { type Progress, progress } from '../terminal/progress.ts'
import { openSink } from '../terminal/write-out.ts'
import { type Filter, filterOptions, filterQuery, requireValues } from './filter.ts'

type Options = ConnectOptions &
  Filter & {
    json?: boolean
    format?: string
    output?: string
    outputs?: boolean
    requests?: boolean
    metric?: string[]
  }

const NAMES = ExportFormat.options.join(', ')

export const exportCommand = () =>
  filterOptions(
    clientCommand(
      'export',
      'Write results to a file, oldest first: tables, documents, or what other tools read.',
      [
        'kitt results export -o results.csv',
        'kitt results export --format parquet --since 2026-01-01 -o year.parquet',
        'kitt results export --requests --engine vllm -o requests.parquet',
        'kitt results export --format csv --metric output_tps --metric ttft_ms.p99 > some.csv',
        'kitt results export <id> --format bencher | bencher run --adapter json --file /dev/stdin',
      ],
    ),
  )
    .argument('[ids...]', 'only these results (up to 100)')
    .option('--format <format>', `${NAMES} (default: by the file name, else json)`)
    .option('-o, --output <file>', 'the file to write (default: stdout)')
    .option('--requests', 'a row a request, of those that the results keep (json, jsonl, csv, parquet)')
    .option('--outputs', 'the documents with the requests of each benchmark (json, jsonl)')
    .option(
      '--metric <name>',
      'a metric to include as a column (csv, parquet; default: all); may be repeated',
      several,
    )
    .action(runExport)

async function runExport(ids: string[], options: Options) {
  const format = formatOf(options)
  if (format === 'parquet' && options.output === undefined && process.stdout.isTTY)
    throw new UsageError('A Parquet file is not text: name a file with -o.')
  const { client } = connect(options, { maxAnswerBytes: Number.MAX_SAFE_INTEGER })
  const { requests, outputs, metric } = options
  const whole = await findIds(client, 'result', ids)
  const query = {
    ...(await filterQuery(client, options)),
    format,
    ...(whole.length > 0 ? { ids: whole.join(',') } : {}),
    ...(requests ? { requests: 'true' as const } : {}),
    ...(outputs ? { outputs: 'true' as const } : {}),
    ...(metric ? { metric } : {}),
  }
  const sink = openSink(options.output)
  let results: number
  try {
    const answer = await client.api.v1.results.export.$get({ query })
    results = Number(answer.headers.get(RESULTS_HEADER))
    if (results === 0) await requireValues(client, options)
    const hasLines = !requests && FILES[format].type !== 'application/json' && format !== 'parquet'
    for await (const bytes of withProgress(answer, hasLines ? results : undefined)) await sink.write(bytes)
    await sink.end()
  } catch (error) {
    await sink.discard()
    throw error
  }
  if (!options.output) return
  if (options.json) printJson({ file: options.output, format, results })
  else say(`${requests ? 'Requests of ' : ''}${results} results in ${options.output}`)
}

function formatOf({ format, output }: Options): ExportFormat {
  const ending = /\.(csv|jsonl|ndjson|parquet)$/i.exec(output ?? '')?.[1]
  const named = (format ?? ending ?? 'json').toLowerCase().replace('ndjson', 'jsonl')
  const known = ExportFormat.safeParse(named)
  if (!known.success) throw new UsageError(`The format must be one of ${NAMES}, not "${named}".`)
  return known.data
}

/** The bytes of an answer, with progress by the lines it will have, else by what came. */
async function* withProgress(
  answer: { body: ReadableStream<Uint8Array> | null },
  lines: number | undefined,
): AsyncGenerator<Uint8Array> {
  const bar = progress('Exporting')
  const seen = { bytes: 0, lines: 0 }
  try {
    for await (const bytes of whole(answer.body)) {
      yield bytes
      seen.bytes += bytes.byteLength
      if (lines === undefined) bar.amount(`${(seen.bytes / 1e6).toFixed(1)} MB`)
      else show(bar, seen, bytes, lines)
    }
  } finally {
    bar.end()
  }
}

/** @throws CommandFailed where the answer breaks off */
async function* whole(body: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array> {
  try {
    for await (const bytes of body ?? []) yield bytes
  } catch (error) {
    throw new CommandFailed(`The export broke off (${(error as Error).message}). Try again.`)
  }
}

const NEW_LINE = 10

function show(bar: Progress, seen: { lines: number }, bytes: Uint8Array, total: number) {
  for (const byte of bytes) if (byte === NEW_LINE) seen.lines += 1
  bar.to(Math.min(seen.lines, total), total)
}
