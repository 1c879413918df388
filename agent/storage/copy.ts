import type { FileHandle } from 'node:fs/promises'
import { lstat, mkdir, open, readdir, readFile, rm, stat, statfs, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

export type CopyOptions = {
  signal: AbortSignal
  log(line: string): void
  /** Bytes to leave free on the disk (default 1 GiB). */
  reserveBytes?: number
  /** Bytes between syncs to disk; an interrupted copy resumes at a multiple of it (default 256 MiB). */
  syncBytes?: number
}

const GIB = 2 ** 30
const BLOCK = 4 * 2 ** 20
const gib = (bytes: number) => `${(bytes / GIB).toFixed(bytes < GIB / 10 ? 3 : 1)} GB`

/**
 * Copies a model into `partial`, resuming an interrupted copy of the same files.
 * @returns the path of the complete copy, in `partial`
 * @throws when there is not enough space, the share fails or the signal aborts; the partial copy is kept
 */
export async function copyModel(source: string, partial: string, options: CopyOptions): Promise<string> {
  const files = await scanModel(source)
  await keepIfSame(partial, JSON.stringify({ source, files }))
  const target = join(partial, 'model')
  const sizes = await Promise.all(files.map((file) => sizeOf(join(target, file.rel))))
  const total = files.reduce((sum, file) => sum + file.size, 0)
  const have = sizes.reduce((sum, size) => sum + size, 0)
  await checkSpace(partial, total - have, options.reserveBytes ?? GIB)
  const progress = createProgress(total, options.log)
  options.log(
    `copying ${gib(total)} in ${files.length} file(s) from ${source}${have > 0 ? `, ${gib(have)} are already here` : ''}`,
  )
  for (const file of files) {
    const [from, to] = file.rel === '' ? [source, target] : [join(source, file.rel), join(target, file.rel)]
    await mkdir(dirname(to), { recursive: true })
    await copyFile(from, to, file, options, progress)
  }
  return target
}

/** A file of a model. `rel` is its path below the model, empty when the model is one file. */
type ModelFile = { rel: string; size: number; mtime_ms: number }

/**
 * The files of a model on the share, without hidden ones such as a hub's cache.
 * @throws for a symbolic link, which is not followed: the model would be incomplete
 */
async function scanModel(source: string): Promise<ModelFile[]> {
  const files: ModelFile[] = []
  const visit = async (rel: string) => {
    const path = rel === '' ? source : join(source, rel)
    const stat = await lstat(path)
    if (stat.isSymbolicLink())
      throw new Error(`${path} is a symbolic link, which is not followed: put the file itself on the share.`)
    if (stat.isFile()) files.push({ rel, size: stat.size, mtime_ms: Math.floor(stat.mtimeMs) })
    if (!stat.isDirectory()) return
    for (const name of (await readdir(path)).sort()) {
      if (!name.startsWith('.')) await visit(rel === '' ? name : `${rel}/${name}`)
    }
  }
  await visit('')
  if (files.length === 0) throw new Error(`${source} holds no files.`)
  return files
}

/** Empties the folder unless it holds a copy of exactly these files. */
async function keepIfSame(partial: string, manifest: string): Promise<void> {
  const path = join(partial, 'source.json')
  if ((await readFile(path, 'utf8').catch(() => '')) === manifest) return
  await rm(partial, { recursive: true, force: true })
  await mkdir(partial, { recursive: true })
  await writeFile(path, manifest)
}

async function checkSpace(dir: string, need: number, reserve: number): Promise<void> {
  const { bavail, bsize } = await statfs(dir)
  const free = bavail * bsize
  if (need > 0 && need + reserve > free)
    throw new Error(
      `Not enough space for the model: it needs ${gib(need)} more, ${gib(free)} are free and ${gib(reserve)} of them stay free. Free some, or set model_storage_dir to a larger disk.`,
    )
}

async function copyFile(
  from: string,
  to: string,
  file: ModelFile,
  { signal, syncBytes = GIB / 4 }: CopyOptions,
  progress: (bytes: number) => void,
): Promise<void> {
  const have = await stat(to).catch(() => null)
  // A complete file has the time of its source.
  if (have?.size === file.size && Math.abs(have.mtimeMs - file.mtime_ms) < 2) return progress(file.size)
  // Only synced data is certain to survive a power failure.
  const start = have && have.size <= file.size ? Math.floor(have.size / syncBytes) * syncBytes : 0
  progress(start)
  const input = await open(from, 'r')
  const output = await open(to, start > 0 ? 'r+' : 'w')
  try {
    const buffer = Buffer.allocUnsafe(Math.min(BLOCK, syncBytes))
    for (let at = start, synced = start; ; ) {
      signal.throwIfAborted()
      const { bytesRead } = await input.read(buffer, 0, buffer.length, at)
      if (bytesRead === 0) break
      await writeAt(output, buffer.subarray(0, bytesRead), at)
      at += bytesRead
      progress(bytesRead)
      if (at - synced >= syncBytes) await output.datasync()
      if (at - synced >= syncBytes) synced = at
    }
    await output.sync()
  } finally {
    await Promise.all([input.close(), output.close()])
  }
  if ((await sizeOf(to)) !== file.size) {
    await rm(to, { force: true })
    throw new Error(`${from} changed while it was copied. Start the test again when it no longer changes.`)
  }
  await utimes(to, file.mtime_ms / 1000, file.mtime_ms / 1000)
}

/** All of it: a file system that has little room, or is far away, may take a part. */
async function writeAt(file: FileHandle, bytes: Buffer, at: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, at + done)
    done += bytesWritten
  }
}

const sizeOf = (path: string): Promise<number> =>
  stat(path).then(
    (found) => (found.isFile() ? found.size : 0),
    () => 0,
  )

/** Logs progress in steps of 10 %. */
function createProgress(total: number, log: (line: string) => void) {
  let done = 0
  let logged = 0
  return (bytes: number) => {
    done += bytes
    const tenth = total > 0 ? Math.floor((done / total) * 10) : 10
    if (tenth > logged && tenth <= 10) log(`copied ${tenth * 10} % of ${gib(total)}`)
    logged = Math.max(logged, tenth)
  }
}
