import nodeFs from 'node:fs/promises'
import { join } from 'node:path'
import { detectFormats, fileFormat, type ModelFormat } from '../../models/formats.ts'
import { type ScanFs, weightFile } from './files.ts'
import { mapLimit } from './map-limit.ts'

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
/** Within this many milliseconds a file system may give two changes the same time. */
const TIME_GRAIN_MS = 2000

/**
 * Finds the models below a directory, without entering dot folders or linked folders.
 *
 * A result is kept until a folder's change time differs (creating, deleting or renaming anything in it sets that, and
 * unlike mtime it cannot be set back). It is not kept when something had changed just before the scan: a file still
 * being written changes no folder, and file systems do not tell apart two changes at nearly the same time.
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
    /** Callers at the same time share one scan. */
    find: (): Promise<Found> => running ?? run(),
    /** The next {@link find} reads the disk, whatever is known or under way. */
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
  const saw = (changedMs: number) => {
    if (Math.abs(startedMs - changedMs) < TIME_GRAIN_MS) snapshot.settled = false
  }
  let level = ['']
  for (let depth = 0; level.length > 0 && depth <= MAX_DEPTH; depth++) {
    const below = await mapLimit(level, AT_ONCE, (rel) => visit(snapshot, rel, saw, tools))
    level = below.flat()
    if (snapshot.stamps.size + level.length <= MAX_FOLDERS) continue
    tools.log.warn(
      { dir: root },
      'The model directory holds too many folders; the deeper ones are not searched.',
    )
    break
  }
  return snapshot
}

/** Takes in one folder and answers the folders in it. */
async function visit(
  snapshot: Snapshot,
  rel: string,
  saw: (changedMs: number) => void,
  { log, fs }: { log: WarnLog; fs: ScanFs },
): Promise<string[]> {
  const path = join(snapshot.root, rel)
  const below = (name: string) => (rel === '' ? name : `${rel}/${name}`)
  try {
    const info = await fs.lstat(path, { bigint: true })
    if (!info.isDirectory()) return []
    snapshot.stamps.set(path, info.ctimeNs)
    saw(Number(info.ctimeMs))
    const entries = await fs.readdir(path, { withFileTypes: true })
    const names = entries
      .filter((entry) => (entry.isFile() || entry.isSymbolicLink()) && fileFormat(entry.name) !== null)
      .map((entry) => entry.name)
    await mapLimit(names, AT_ONCE, async (name) => {
      const file = await weightFile(snapshot.root, join(path, name), fs)
      if (file === null) return
      saw(file.changedMs)
      add(snapshot.byRel, rel === '' ? name : rel, name, file.bytes)
    })
    return entries
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map(({ name }) => below(name))
  } catch (error) {
    log.warn({ dir: path, err: error }, 'A folder of the model directory cannot be read; it is left out.')
    return []
  }
}

function add(byRel: Found['byRel'], rel: string, name: string, bytes: number): void {
  const known = byRel.get(rel) ?? { rel, bytes: 0, formats: [] }
  const formats = detectFormats({ path: rel, files: [name], declared: known.formats })
  byRel.set(rel, { rel, bytes: known.bytes + bytes, formats })
}
