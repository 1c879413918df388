import { resultsAmong } from '../../../../lib/result-files.ts'
import { type Dropped, FILES_MAX } from './import-queue.ts'

/** Folders in folders are followed so deep. */
const DEPTH_MAX = 16
/** The most files looked at in folders: a home folder may have millions. */
const LOOKED_AT_MAX = 20_000

/** What was dropped: files, and folders with all in them. Must be called within the event itself. */
export function dropped({ items, files }: DataTransfer): Promise<Dropped[]> {
  const entries = [...items].flatMap((item) => item.webkitGetAsEntry?.() ?? [])
  if (entries.length === 0) return Promise.resolve([...files].map(single))
  return found(entries)
}

/** What was chosen in a dialog: files, or a folder. */
export function chosen(files: FileList | null): Dropped[] {
  const all = [...(files ?? [])]
  const inFolder = all.filter(({ webkitRelativePath }) => webkitRelativePath !== '')
  const ofFolder = ofFolders(inFolder.map((file) => ({ path: file.webkitRelativePath, file })))
  return [...all.filter((file) => !inFolder.includes(file)).map(single), ...ofFolder]
}

const single = (file: File): Dropped => ({ path: file.name, file, found: false })

type Placed = { path: string; file: File }

/** Of what lies in folders, what may be a result. */
function ofFolders(all: readonly Placed[]): Dropped[] {
  const may = new Set(resultsAmong(all.map(({ path }) => path)))
  return all.filter(({ path }) => may.has(path)).map((one) => ({ ...one, found: true }))
}

async function found(entries: readonly FileSystemEntry[]): Promise<Dropped[]> {
  const files: Dropped[] = []
  const inFolders: Placed[] = []
  for (const entry of entries) {
    if (entry.isFile) {
      const file = await fileOf(entry as FileSystemFileEntry)
      if (file) files.push(single(file))
    } else await walk(entry as FileSystemDirectoryEntry, 0, inFolders)
  }
  return [...files, ...ofFolders(inFolders)]
}

async function walk(folder: FileSystemDirectoryEntry, depth: number, into: Placed[]): Promise<void> {
  const reader = folder.createReader()
  // Each call gives a part of the folder, an empty one at the end.
  for (let part = await partOf(reader); part.length > 0; part = await partOf(reader)) {
    for (const entry of part) {
      if (into.length >= LOOKED_AT_MAX) return
      if (entry.isDirectory) {
        if (depth < DEPTH_MAX) await walk(entry as FileSystemDirectoryEntry, depth + 1, into)
        continue
      }
      const file = await fileOf(entry as FileSystemFileEntry)
      if (file) into.push({ path: entry.fullPath.replace(/^\//, ''), file })
    }
  }
}

const partOf = (reader: FileSystemDirectoryReader) =>
  new Promise<FileSystemEntry[]>((resolve) => reader.readEntries(resolve, () => resolve([])))

/** Undefined for what cannot be opened. */
const fileOf = (entry: FileSystemFileEntry) =>
  new Promise<File | undefined>((resolve) => entry.file(resolve, () => resolve(undefined)))

/** A sentence about files that were left out; undefined if there are none. */
export const tooManyText = (n: number): string | undefined =>
  n === 0 ? undefined : `${n} files were left out: at most ${FILES_MAX} can be imported at once.`
