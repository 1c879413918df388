import { existsSync, readdirSync, statSync } from 'node:fs'
import { basename, dirname, extname, join } from 'node:path'
import { CommandFailed } from '../terminal/output.ts'

/** A file to import. One that was found in a folder may be of no tool, and is then passed over. */
export type Found = { path: string; found: boolean }

/** The result files of paths: files as given, of folders what may be a result. @throws CommandFailed */
export function resultFiles(paths: readonly string[]): Found[] {
  const all = new Map<string, Found>()
  for (const path of paths) for (const file of filesOf(path)) all.set(file.path, file)
  return [...all.values()].sort((a, b) => (a.path < b.path ? -1 : 1))
}

function filesOf(path: string): Found[] {
  if (!existsSync(path)) throw new CommandFailed(`${path} does not exist.`)
  if (!statSync(path).isDirectory()) return [{ path, found: false }]
  // Links are not followed: they could lead outside the folder or in a circle.
  const files = readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
  return resultsAmong(files).map((file) => ({ path: file, found: true }))
}

const RESULT = /\.(json|jsonl|ndjson|csv|md|txt|log|ya?ml|bench)(\.gz)?$/i
/** What tools write beside a result: prompts, answers, single samples, the view of the engine. */
const BESIDE =
  /^(inputs|outputs)\.json$|^server_metrics_export|^gpu_telemetry_export|\.pytorch\.json$|^samples_.*\.jsonl$|_prometheus_metrics\.json$|^per_request_lifecycle_metrics\.json$|^package(-lock)?\.json$/i
/** The same run again, in a poorer form: passed over where the better one lies in the same folder. */
const POORER: readonly [poorer: RegExp, better: RegExp][] = [
  [/^profile_export(_aiperf)?\.(jsonl|csv)$/i, /^profile_export_aiperf\.json$/i],
  [/_individual_responses\.json$/i, /_summary\.json$/i],
  [/^summary_lifecycle_metrics\.json$/i, /^stage_\d+_lifecycle_metrics\.json$/i],
]

/** The files that may be results, each run once. @example resultsAmong(['a/metrics.json', 'a/log.bin']) */
export function resultsAmong(files: readonly string[]): string[] {
  const folders = new Map<string, string[]>()
  for (const file of files)
    folders.set(dirname(file), [...(folders.get(dirname(file)) ?? []), basename(file)])
  return files.filter((file) => {
    const name = basename(file)
    if (!RESULT.test(name) || BESIDE.test(name)) return false
    return !hasBetter(name, folders.get(dirname(file)) ?? [])
  })
}

function hasBetter(name: string, beside: readonly string[]): boolean {
  if (POORER.some(([poorer, better]) => poorer.test(name) && beside.some((one) => better.test(one))))
    return true
  const stem = name.slice(0, -extname(name).length)
  // Tables and YAML of a result that is there as JSON as well.
  return /\.(csv|md|txt|ya?ml)$/i.test(name) && beside.includes(`${stem}.json`)
}

/** The result folders in a folder: `kitt-results` and `karr-*`. */
export const resultFolders = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter(
      (entry) => entry.isDirectory() && (entry.name === 'kitt-results' || entry.name.startsWith('karr-')),
    )
    .map((entry) => join(folder, entry.name))
