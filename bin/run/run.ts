import type { Command } from 'commander'
import type { MeasuredDocument } from '../../agent/bench/report/document.ts'
import type { Client } from '../../app/client/client.ts'
import { shellWord } from '../../lib/shell.ts'
import { type ConnectOptions, connect } from '../connection/connect.ts'
import { callName } from '../terminal/call-name.ts'
import { clientCommand } from '../terminal/command.ts'
import { CommandFailed, printJson, printTable, say } from '../terminal/output.ts'
import { addEngineOptions, type EngineFlags, measure, modelOf, requireAddress } from './measure.ts'
import { addMeasureOptions, benchOptions } from './options.ts'
import { engineKey } from './request-flags.ts'
import { openResultFolder, type ResultFolder } from './result-folder.ts'
import { runTable } from './table.ts'

type Options = ConnectOptions &
  EngineFlags & {
    apiKeyEnv?: string
    resultsDir: string
    report?: boolean
    json?: boolean
  }

const EXIT_CODES = `
Ctrl-C stops the run and keeps the requests measured so far; a second one ends it at once.
Exit codes: 0 measured and passed, 1 failed, 2 used wrongly, 130 interrupted.`

/** `kitt run`: measures a running engine as an agent does. */
export const runCommand = (): Command =>
  addMeasureOptions(
    addEngineOptions(
      clientCommand('run', 'Measure a running, OpenAI-compatible engine.', [
        'kitt run --url http://localhost:8000',
        'kitt run --url http://localhost:8000 --model m --mode sweep --requests 50',
        'kitt run --url http://localhost:8000 --model m --mode poisson --rate 4 --seconds 60 --slo ttft_ms=300',
        'kitt run --url https://gateway.example/v1 --model m --api-key-env GATEWAY_KEY --header "X-Team: lab"',
        'kitt run --url http://localhost:8000 --model m --suite performance --report --server https://gpu-lab:8080',
      ]).requiredOption('--url <url>', 'the address of the engine, with or without a path'),
    ),
  )
    .option('--results-dir <folder>', 'where to write the result', 'kitt-results')
    .option('--report', 'also send the result to a server')
    .addHelpText('after', EXIT_CODES)
    .action(run)

async function run(options: Options) {
  const given = benchOptions(options)
  requireAddress(options.url)
  const apiKey = engineKey(options.apiKeyEnv)
  const client = options.report ? connect(options).client : undefined
  const folder = openResultFolder(options.resultsDir)
  try {
    const model = await modelOf(options, given, apiKey)
    const { document, code } = await measure({ ...options, model, apiKey, given })
    if (document.results.length === 0) say('Stopped before a request was measured; nothing was written.')
    else await deliver(document, folder, client, options.json)
    if (code !== undefined) process.exitCode = code
    else if (!document.passed) throw new CommandFailed(firstError(document))
  } finally {
    folder.release()
  }
}

/** Writes, prints and reports the document; one failure does not stop the others. @throws CommandFailed */
async function deliver(
  document: MeasuredDocument,
  folder: ResultFolder,
  client: Client | undefined,
  json: boolean | undefined,
) {
  const failures: string[] = []
  let file: string | undefined
  try {
    file = folder.write(document)
  } catch (error) {
    failures.push((error as Error).message)
  }
  if (json) printJson(document)
  else printTable(`\n${runTable(document)}`)
  if (file) say(`Result: ${file}`)
  if (file && !client && !json)
    say(`Store it on a server: ${callName()} results import ${shellWord(file)}   The next ones: add --report`)
  if (client) failures.push(...(await report(client, document, file)))
  if (failures.length > 0) throw new CommandFailed(failures.join(' '))
}

/** Sends the document to the server. @returns the reasons if it could not be sent */
async function report(
  client: Client,
  document: MeasuredDocument,
  file: string | undefined,
): Promise<string[]> {
  try {
    const answer = await (await client.api.v1.results.import.$post({ json: document as never })).json()
    if ('id' in answer) say(`Reported as ${answer.id}`)
    return []
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const again = file ? ` Send it again with: kitt results import ${file}` : ''
    return [`The result was not reported: ${reason}${again}`]
  }
}

const firstError = ({ results, passed_count, total_benchmarks }: MeasuredDocument) => {
  const error = results.flatMap(({ errors }) => errors)[0]
  return `${passed_count} of ${total_benchmarks} benchmarks passed${error ? `: ${error}` : '.'}`
}
