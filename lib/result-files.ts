const RESULT = /\.(json|jsonl|ndjson|csv|md|txt|log|ya?ml|bench)(\.gz)?$/i
/** What tools write beside a result: prompts, answers, single samples, the view of the engine. */
const BESIDE =
  /^(inputs|outputs)\.json$|^server_metrics_export|^gpu_telemetry_export|\.pytorch\.json$|^samples_.*\.jsonl$|_prometheus_metrics\.json$|^per_request_lifecycle_metrics\.json$|^package(-lock)?\.json$/i
/** The same run again, in a poorer form: passed over where the better one lies in the same folder. */
const POORER: readonly [poorer: RegExp, better: RegExp][] = [
  [/^profile_export(_aiperf)?\.(jsonl|csv)$/i, /^profile_export_aiperf\.json$/i],
  [/^profile_export(_genai_perf)?\.(json|csv)$/i, /^profile_export_genai_perf\.json$/i],
  [/_individual_responses\.json$/i, /_summary\.json$/i],
  [/^summary_lifecycle_metrics\.json$/i, /^stage_\d+_lifecycle_metrics\.json$/i],
]

const cut = (path: string) => Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1
const nameOf = (path: string) => path.slice(cut(path))
const folderOf = (path: string) => path.slice(0, cut(path))

/** The files that may be results, each run once. @example resultsAmong(['a/metrics.json', 'a/log.bin']) */
export function resultsAmong(paths: readonly string[]): string[] {
  const folders = new Map<string, string[]>()
  for (const path of paths) {
    const beside = folders.get(folderOf(path))
    if (beside) beside.push(nameOf(path))
    else folders.set(folderOf(path), [nameOf(path)])
  }
  return paths.filter((path) => {
    const name = nameOf(path)
    if (!RESULT.test(name) || BESIDE.test(name)) return false
    return !hasBetter(name, folders.get(folderOf(path)) ?? [])
  })
}

function hasBetter(name: string, beside: readonly string[]): boolean {
  const isBetter = (better: RegExp) => beside.some((one) => one !== name && better.test(one))
  if (POORER.some(([poorer, better]) => poorer.test(name) && !better.test(name) && isBetter(better)))
    return true
  // Tables and YAML of a result that is there as JSON as well.
  return /\.(csv|md|txt|ya?ml)$/i.test(name) && beside.includes(`${name.replace(/\.[^.]+$/, '')}.json`)
}

/** What the server says of a file that holds no result of any tool. */
export const NO_RESULT =
  /of no format that KITT knows|is empty|neither JSON nor text|engine's view of a stage/
