import { ApiError, type Client } from '../../app/client/client.ts'
import { formatNumber, plural } from '../../lib/format-number.ts'
import { pause } from '../../lib/pause.ts'
import { shellWord } from '../../lib/shell.ts'
import { type ConnectOptions, connect } from '../connection/connect.ts'
import { callName } from '../terminal/call-name.ts'
import { clientCommand, several, wholeNumber } from '../terminal/command.ts'
import { CommandFailed, printJson, printTable, say, UsageError } from '../terminal/output.ts'
import { stopSignal } from '../terminal/process.ts'
import { progress } from '../terminal/progress.ts'
import { timeAgo } from '../terminal/time.ts'
import { type Found, resultFiles, resultFolders } from './import-paths.ts'
import { type Facts, importFile, nothing, type Outcome } from './import-send.ts'
import { runsTable } from './import-view.ts'
import { stampOf, watch } from './import-watch.ts'

type Options = ConnectOptions & {
  json?: boolean
  format?: string
  map?: string[]
  model?: string
  engine?: string
  engineVersion?: string
  gpu?: string
  gpuCount?: number
  host?: string
  tag?: string[]
  measuredAt?: string
  dryRun?: boolean
  watch?: boolean
}

export const importCommand = () =>
  clientCommand(
    'import',
    `Import results of earlier runs and of other tools: vLLM, SGLang, GuideLLM, AIPerf, llama-bench, lm-eval and more.
What a file is, is found by its content. Runs that are stored already are skipped.`,
    [
      'kitt results import                      from kitt-results and karr-* of this folder',
      'kitt results import kitt-results/2026 old/metrics.json',
      'kitt results import bench.json --engine vllm --engine-version 0.11.0 --gpu H100 --gpu-count 8',
      'kitt results import results/ --dry-run   what would be imported, and what the files do not say',
      'kitt results import results/ --watch     imports what appears there, until Ctrl-C',
    ],
  )
    .argument('[paths...]', 'result files, or folders that contain them')
    .option('--format <name>', 'what the files are; default: found by their content')
    .option(
      '--map <metric=field>',
      'where a metric is in a file of no known tool, such as ttft_ms.p50=latency.ttft:s; repeatable',
      several,
    )
    .option('--model <name>', 'the model, where a file does not say it')
    .option('--engine <name>', 'the engine, where a file does not say it')
    .option('--engine-version <version>', 'its version')
    .option('--gpu <model>', 'the model of the GPUs')
    .option('--gpu-count <n>', 'how many of them', wholeNumber)
    .option('--host <name>', 'the host of the engine')
    .option('--measured-at <time>', 'when it was measured, such as 2026-01-31', timeAgo)
    .option('--tag <tag>', 'a tag of the results; repeatable', several)
    .option('--dry-run', 'store nothing; show what would be')
    .option('--watch', 'stay, and import what appears or changes in the folders')
    .action(async (paths: string[], options: Options) => {
      if (options.watch && options.dryRun) throw new UsageError('--watch and --dry-run exclude each other.')
      const { client } = connect(options)
      const from = paths.length > 0 ? paths : resultFolders('.')
      if (from.length === 0)
        throw new UsageError('Name the files or folders to import: here is no kitt-results and no karr-*.')
      await (options.watch ? watchAll(client, from, options) : importAll(client, from, options))
    })

function factsOf(options: Options): Facts {
  const facts = {
    format: options.format,
    map: options.map,
    model: options.model,
    engine: options.engine,
    engine_version: options.engineVersion,
    gpu_model: options.gpu,
    gpu_count: options.gpuCount === undefined ? undefined : String(options.gpuCount),
    host: options.host,
    timestamp: options.measuredAt,
    tag: options.tag,
    dry_run: options.dryRun ? '1' : undefined,
  }
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as Facts
}

async function importAll(client: Client, paths: string[], options: Options): Promise<void> {
  const files = resultFiles(paths)
  if (files.length === 0) throw new CommandFailed('There is no result file to import.')
  const outcome = nothing()
  const bar = progress('Importing')
  for (const [done, file] of files.entries()) {
    await importFile(client, file, factsOf(options), outcome)
    bar.to(done + 1, files.length)
  }
  bar.end()
  if (options.json) printJson(shown(outcome))
  else if (options.dryRun && outcome.files.length > 0) printTable(runsTable(outcome))
  for (const { file, error } of outcome.failed) say(`${file}: ${error}`)
  const sum = sumOf(outcome, options.dryRun === true)
  if (outcome.failed.length > 0) throw new CommandFailed(sum)
  if (options.json) return
  say(sum)
  if (!options.dryRun && outcome.imported > 0) say(`See what was imported: ${seeing(outcome, options)}`)
}

/** The command that shows what was imported: by its only id or tag, else among all. */
function seeing({ ids }: Outcome, { tag = [] }: Options): string {
  const [id, ...others] = ids
  if (id !== undefined && others.length === 0) return `${callName()} results show ${id}`
  const [first] = tag
  return `${callName()} results list${first === undefined ? '' : ` --tag ${shellWord(first)}`}`
}

/** Without what is empty, and only of interest for files of other tools. */
function shown({ files, skipped, ids, ...outcome }: Outcome) {
  return {
    ...outcome,
    ...(skipped.length > 0 ? { skipped: skipped.length } : {}),
    ...(files.length > 0 ? { files } : {}),
  }
}

/** How many of the files that are passed over are named. */
const NAMED = 3

function sumOf({ imported, known, failed, skipped }: Outcome, dryRun: boolean): string {
  const left = failed.length > 0 ? `, ${formatNumber(failed.length)} failed` : ''
  const named = skipped.slice(0, NAMED).join(', ') + (skipped.length > NAMED ? ', …' : '')
  const other =
    skipped.length > 0 ? ` Passed over: ${plural(skipped.length, 'file')} without a result (${named}).` : ''
  return `${formatNumber(imported)} ${dryRun ? 'would be imported' : 'imported'}, ${formatNumber(known)} already stored${left}.${other}`
}

/** The time between two looks at watched folders, ms. */
const LOOK_MS = 1000

async function watchAll(client: Client, paths: string[], options: Options): Promise<void> {
  const ended = new AbortController()
  void stopSignal().then(() => ended.abort())
  if (!options.json) say(`Watching ${paths.join(', ')}. Ctrl-C ends it.`)
  const total = nothing()
  await watch({
    look: () => resultFiles(paths),
    stamp: stampOf,
    send: (file) => reportOne(client, file, options, total),
    wait: () => pause(LOOK_MS, ended.signal),
  })
  if (!options.json) say(sumOf(total, false))
}

/** @returns false if the server did not answer: then the file is sent again */
async function reportOne(client: Client, file: Found, options: Options, total: Outcome): Promise<boolean> {
  const outcome = nothing()
  try {
    await importFile(client, file, factsOf(options), outcome)
  } catch (error) {
    if (error instanceof ApiError && [401, 403].includes(error.status)) throw error
    say(`${file.path}: ${(error as Error).message} It is sent again.`)
    return false
  }
  total.imported += outcome.imported
  total.known += outcome.known
  total.failed.push(...outcome.failed)
  if (outcome.skipped.length === 0) report(file, outcome, options)
  return true
}

function report({ path }: Found, outcome: Outcome, { json }: Options) {
  if (json) return printJson({ file: path, ...shown(outcome) })
  for (const { file, error } of outcome.failed) say(`${file}: ${error}`)
  if (outcome.imported + outcome.known > 0) say(`${path}: ${sumOf({ ...outcome, failed: [] }, false)}`)
}
