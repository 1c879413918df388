import { spawn } from 'node:child_process'
import type { MeasuredDocument } from '../../agent/bench/report/document.ts'
import type { Client } from '../../app/client/client.ts'
import { type Asked, type EngineFlags, measure, modelOf, requireAddress } from '../run/measure.ts'
import { benchOptions } from '../run/options.ts'
import { engineKey } from '../run/request-flags.ts'
import { openResultFolder, type ResultFolder } from '../run/result-folder.ts'
import { CommandFailed, say } from '../terminal/output.ts'
import type { GateOptions } from './asked.ts'

/** The stored results, and the exit code if a signal interrupted the measurement. */
type Measured = { ids: string[]; code: number | undefined }

/**
 * Measures an engine and stores the results on the server. With a command that restarts the engine, each of `--runs` is
 * a run of its own; without one they are repeats of one run, since an engine that keeps running keeps its luck.
 * @throws UsageError, CommandFailed
 */
export async function measuredNow(options: GateOptions, client: Client): Promise<Measured> {
  const flags = { ...options, url: options.url as string } as EngineFlags
  const given = benchOptions(flags)
  requireAddress(flags.url)
  const apiKey = engineKey(options.apiKeyEnv)
  const folder = openResultFolder(options.resultsDir)
  const times = options.restart === undefined ? 1 : (given.runs ?? 1)
  const ids: string[] = []
  try {
    for (let i = 0; i < times; i++) {
      if (options.restart !== undefined) await restart(options.restart)
      if (times > 1) say(`Run ${i + 1} of ${times}`)
      const model = await modelOf(flags, given, apiKey)
      const asked: Asked = {
        ...flags,
        model,
        apiKey,
        given: options.restart === undefined ? given : { ...given, runs: 1 },
      }
      const { document, code } = await measure(asked)
      if (code !== undefined) return { ids, code }
      ids.push(await stored(document, folder, client))
    }
    return { ids, code: undefined }
  } finally {
    folder.release()
  }
}

/** Keeps the result on disk first: it is not lost where the server cannot be reached. */
async function stored(document: MeasuredDocument, folder: ResultFolder, { api }: Client): Promise<string> {
  const file = folder.write(document)
  try {
    const answer = await (await api.v1.results.import.$post({ json: document as never })).json()
    if (!('id' in answer)) throw new Error('The server took it for the file of another tool.')
    const { id } = answer
    say(`Measured and stored as ${id}`)
    return id
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new CommandFailed(
      `The result was not stored: ${reason} Send it again with: kitt results import ${file}`,
    )
  }
}

/** Runs a command of the user's shell; what it prints goes to stderr. @throws CommandFailed */
async function restart(command: string): Promise<void> {
  const child = spawn('sh', ['-c', command], { stdio: ['ignore', process.stderr, process.stderr] })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (status) => resolve(status))
  })
  if (code !== 0)
    throw new CommandFailed(`--restart: the command ended with exit code ${code ?? 'of a signal'}.`)
}
