import nodeFs from 'node:fs/promises'
import { join } from 'node:path'
import { detectFormats, fileFormat, type ModelFormat } from '../../models/formats.ts'
import { type ScanFs, weightFile } from './files.ts'

/** A folder with weights in it, or a weights file in the root; `rel` is its path below the root, with `/`. */
type FoundFiles = { rel: string; bytes: number; formats: ModelFormat[] }
type WarnLog = { warn(fields: object, message: string): void }
export type ScanOptions = { dir: string; log: WarnLog; now?: () => number; fs?: ScanFs }

/** What lies below a real root, by `rel`. */
export type Found = { root: string; byRel: Map<string, FoundFiles> }
type Snapshot = Found & { stamps: Map<string, bigint>; settled: boolean }

const AT_ONCE = 8
const MAX_DEPTH = 10
const MAX_FOLDERS = 50_000
/** A file system may give two changes within this many milliseconds the same timestamp. */
const TIME_GRAIN_MS = 2000

/**
 * Finds the models below a directory, without entering dot folders or linked folders.
 *
 * A result is cached until a folder's ctime differs (creating, deleting or renaming anything in it sets ctime, which
 * unlike mtime cannot be set back). It is not cached if something changed just before the scan: a file that is still
 * being written changes no folder, and two changes may get the same timestamp.
 */
export function createModelScan({ dir, log, now = Date.now, fs = nodeFs }: ScanOptions) {
  let kept: Snapshot | null = null
  let running: Promise<Snapshot> | null = null

  async function current(): Promise<Snapshot> {
    const root = await fs.realpath(dir).catch(() => null)
    if (root === null) return { root: dir, byRel: new Map(), stamps: new Map(), settled: false }
    const known = kept
    if (known?.root === root && known.settled && (await isUnchanged(known, fs))) return known
    return scan(root, { log, now, fs })
  }

  function run(): Promise<Snapshot> {
    const mine: Promise<Snapshot> = current()
    running = mine
    const end = (snapshot: Snapshot | null) => {
      if (running !== mine) return
      kept = snapshot
      running = null
    }
    mine.then(end, () => end(null))
    return mine
  }

  return {
    /** Concurrent callers share one scan. */
    find: (): Promise<Found> => running ?? run(),
    /** Makes the next {@link find} read the disk. */
    forget() {
      kept = null
      running = null
    },
  }
}

async function isUnchanged({ stamps }: Snapshot, fs: ScanFs): Promise<boolean> {
  const same = await mapLimit([...stamps], AT_ONCE, async ([path, stamp]) => {
    const info = await fs.lstat(path, { bigint: true }).catch(() => null)
    return info?.ctimeNs === stamp
  })
  return same.every(Boolean)
}

async function scan(root: string, tools: { log: WarnLog; now: () => number; fs: ScanFs }): Promise<Snapshot> {
  const snapshot: Snapshot = { root, byRel: new Map(), stamps: new Map(), settled: true }
  const startedMs = tools.now()
  const noteChange = (changedMs: number) => {
    if (Math.abs(startedMs - changedMs) < TIME_GRAIN_MS) snapshot.settled = false
  }
  let level = ['']
  for (let depth = 0; level.length > 0 && depth <= MAX_DEPTH; depth++) {
    const below = await mapLimit(level, AT_ONCE, (rel) => visit(snapshot, rel, noteChange, tools))
    level = below.flat()
    if (snapshot.stamps.size + level.length <= MAX_FOLDERS) continue
    tools.log.warn(
      { dir: root },
      `The model directory has more than ${MAX_FOLDERS} folders; deeper ones are not searched. Set model_dir to a folder that holds only models.`,
    )
    break
  }
  return snapshot
}

/** Adds the weights of one folder to the snapshot; returns its subfolders. */
async function visit(
  snapshot: Snapshot,
  rel: string,
  noteChange: (changedMs: number) => void,
  { log, fs }: { log: WarnLog; fs: ScanFs },
): Promise<string[]> {
  const path = join(snapshot.root, rel)
  const below = (name: string) => (rel === '' ? name : `${rel}/${name}`)
  try {
    const info = await fs.lstat(path, { bigint: true })
    if (!info.isDirectory()) return []
    snapshot.stamps.set(path, info.ctimeNs)
    noteChange(Number(info.ctimeMs))
    const entries = await fs.readdir(path, { withFileTypes: true })
    const names = entries
      .filter((entry) => (entry.isFile() || entry.isSymbolicLink()) && fileFormat(entry.name) !== null)
      .map((entry) => entry.name)
    await mapLimit(names, AT_ONCE, async (name) => {
      const file = await weightFile(snapshot.root, join(path, name), fs)
      if (file === null) return
      noteChange(file.changedMs)
      add(snapshot.byRel, rel === '' ? name : rel, name, file.bytes)
    })
    return entries
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map(({ name }) => below(name))
  } catch (error) {
    log.warn({ dir: path, err: error }, 'A folder of the model directory cannot be read; it is skipped.')
    return []
  }
}

function add(byRel: Found['byRel'], rel: string, name: string, bytes: number): void {
  const known = byRel.get(rel) ?? { rel, bytes: 0, formats: [] }
  const formats = detectFormats({ path: rel, files: [name], declared: known.formats })
  byRel.set(rel, { rel, bytes: known.bytes + bytes, formats })
}

/** `Promise.all(items.map(work))` with at most `limit` at once. */
async function mapLimit<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results = new Array<R>(items.length)
  const rest = items.entries()
  const worker = async () => {
    for (const [index, item] of rest) results[index] = await work(item)
  }
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker))
  return results
}
