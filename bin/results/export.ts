import { type ConnectOptions, connect } from '../connection/connect.ts'
import { clientCommand, several } from '../terminal/command.ts'
import { printJson, say, UsageError } from '../terminal/output.ts'
import { openSink } from '../terminal/write-out.ts'
import { csvLine, exportedRow, FIXED, metricNames } from './csv.ts'
import { type Filter, filterOptions, filterQuery, requireValues } from './filter.ts'
import { type StoredText, storedResults } from './stored-results.ts'

const FORMATS = ['json', 'jsonl', 'csv'] as const
type Format = (typeof FORMATS)[number]

type Options = ConnectOptions &
  Filter & { json?: boolean; format?: string; output?: string; outputs?: boolean; metric?: string[] }

export const exportCommand = () =>
  filterOptions(
    clientCommand('export', 'Write results as JSON, JSON Lines or CSV, oldest first.', [
      'kitt results export -o results.csv',
      'kitt results export --format csv --metric output_tps --metric ttft_ms.p99 > some.csv',
      'kitt results export --format jsonl --outputs --engine vllm | gzip > vllm.jsonl.gz',
    ]),
  )
    .option('--format <format>', 'json, jsonl or csv (default: by the file name, else json)')
    .option('-o, --output <file>', 'the file to write (default: stdout)')
    .option('--outputs', 'include the outputs of each benchmark (not in CSV; one request per result)')
    .option(
      '--metric <name>',
      'a metric to include as a column of the CSV (default: all); may be repeated',
      several,
    )
    .action(runExport)

async function runExport(options: Options) {
  const format = formatOf(options)
  const { client } = connect(options)
  const query = await filterQuery(client, options)
  const read = (what: string) =>
    storedResults(client, query, { outputs: options.outputs && format !== 'csv', what })
  // The CSV header needs the names of all metrics, so the results are read twice.
  const metrics = format === 'csv' ? (options.metric ?? (await metricNames(read('Reading')))) : []
  const sink = openSink(options.output)
  let count = 0
  try {
    for await (const line of lines(format, read('Exporting'), metrics, () => count++)) await sink.write(line)
    if (count === 0) await requireValues(client, options)
    await sink.end()
  } catch (error) {
    await sink.discard()
    throw error
  }
  if (!options.output) return
  if (options.json) printJson({ file: options.output, format, results: count })
  else say(`${count} results in ${options.output}`)
}

function formatOf({ format, output }: Options): Format {
  const named = format ?? (/\.(csv|jsonl|ndjson)$/i.exec(output ?? '')?.[1] ?? 'json').toLowerCase()
  const known = FORMATS.find((one) => one === named.replace('ndjson', 'jsonl'))
  if (!known) throw new UsageError(`The format must be json, jsonl or csv, not "${named}".`)
  return known
}

async function* lines(
  format: Format,
  results: AsyncIterable<StoredText>,
  metrics: string[],
  count: () => void,
): AsyncGenerator<string> {
  if (format === 'csv') yield csvLine([...FIXED, ...metrics])
  let first = true
  for await (const { text } of results) {
    count()
    if (format === 'csv') yield csvLine(exportedRow(text, metrics))
    // A JSON string contains no raw line break: line breaks and the indentation after them are layout.
    else if (format === 'jsonl') yield `${text.replace(/[\r\n]+[ \t]*/g, '')}\n`
    else yield `${first ? '[\n' : ',\n'}${text}`
    first = false
  }
  if (format === 'json') yield first ? '[]\n' : '\n]\n'
}
