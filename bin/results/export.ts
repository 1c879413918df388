import {
  ExportFormat,
  FILES,
  LEFT_OUT_HEADER,
  type LeftOut,
  leftOutOf,
  leftOutText,
  OF_REQUESTS,
  RESULTS_HEADER,
} from '../../app/exports/schema.ts'
import { formatNumber, plural } from '../../lib/format-number.ts'
import { type ConnectOptions, connect } from '../connection/connect.ts'
import { findIds } from '../connection/find.ts'
import { clientCommand, several } from '../terminal/command.ts'
import { CommandFailed, printJson, say, UsageError } from '../terminal/output.ts'
import { type Progress, progress } from '../terminal/progress.ts'
import { openSink } from '../terminal/write-out.ts'
import { type Filter, filterOptions, filterQuery, requireMetric, requireValues } from './filter.ts'

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
  const filter = await filterQuery(client, options)
  if (whole.length === 0) for (const name of metric ?? []) await requireMetric(client, filter, name)
  const query = {
    ...filter,
    format,
    ...(whole.length > 0 ? { ids: whole.join(',') } : {}),
    ...(requests ? { requests: 'true' as const } : {}),
    ...(outputs ? { outputs: 'true' as const } : {}),
    ...(metric ? { metric } : {}),
  }
  const sink = openSink(options.output)
  let results: number
  let leftOut: LeftOut
  try {
    const answer = await client.api.v1.results.export.$get({ query })
    results = Number(answer.headers.get(RESULTS_HEADER))
    leftOut = leftOutOf(answer.headers.get(LEFT_OUT_HEADER))
    if (results === 0) requireUsable(leftOut)
    if (results === 0) await requireValues(client, options)
    // A list may be empty; a report of nothing says nothing.
    if (results === 0 && !OF_REQUESTS.includes(format))
      throw new CommandFailed('There is no result to export.')
    const hasLines = !requests && FILES[format].type !== 'application/json' && format !== 'parquet'
    for await (const bytes of withProgress(answer, hasLines ? results : undefined)) await sink.write(bytes)
    await sink.end()
  } catch (error) {
    await sink.discard()
    throw error
  }
  const { output: file } = options
  const isPartial = sumOf(leftOut) > 0
  if (!file && isPartial) say(withLeftOut(counted(results + sumOf(leftOut), results), leftOut))
  if (!file) return
  if (options.json) printJson({ file, format, results, ...(isPartial ? { left_out: leftOut } : {}) })
  else {
    const written = counted(results + sumOf(leftOut), results)
    say(withLeftOut(`${requests ? 'Requests of ' : ''}${written} in ${file}`, leftOut))
  }
}

const sumOf = (leftOut: LeftOut) => Object.values(leftOut).reduce((sum, results) => sum + results, 0)

/** `2 results`, `1 of 2 results`. */
const counted = (all: number, used = all) =>
  `${used === all ? '' : `${formatNumber(used)} of `}${plural(all, 'result')}`

/** Adds what is left out: `; left out: 1 (failed)`, of several reasons `; left out: 3 (2 failed, 1 throttled)`. */
function withLeftOut(line: string, leftOut: LeftOut): string {
  const reasons = Object.keys(leftOut)
  if (reasons.length === 0) return line
  return `${line}; left out: ${sumOf(leftOut)} (${reasons.length === 1 ? reasons[0] : leftOutText(leftOut)})`
}

/** @throws CommandFailed if every result is left out */
function requireUsable(leftOut: LeftOut): void {
  const all = sumOf(leftOut)
  if (all === 0) return
  const none = all === 1 ? 'This result cannot' : `None of these ${all} results can`
  throw new CommandFailed(`${none} be used: left out for ${Object.keys(leftOut).join(', ')}.`)
}

/** The formats that the ending of a file's name can tell. */
const ENDINGS = ['json', 'jsonl', 'ndjson', 'csv', 'parquet']

/** The format that is named, else that of the file's ending; JSON without either. @throws UsageError */
function formatOf({ format, output }: Options): ExportFormat {
  const ending = /[^/\\]\.([^./\\]+)$/.exec(output ?? '')?.[1]
  if (format === undefined && ending !== undefined && !ENDINGS.includes(ending.toLowerCase()))
    throw new UsageError(
      `The ending ".${ending}" names no format: use .${ENDINGS.join(', .')}, or choose one with --format (${NAMES}).`,
    )
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
