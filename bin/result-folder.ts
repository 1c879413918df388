import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import type { ResultDocument } from '../agent/bench/document.ts'
import { CommandFailed, UsageError } from './output.ts'

/** A folder for results that was written to before anything is measured. */
export type ResultFolder = {
  /** Writes `<folder>/<model>/<engine>/<time>/metrics.json`, whole or not at all. @returns its path. @throws CommandFailed */
  write(document: ResultDocument): string
  /** Takes the folder away again, where it was made for this run and holds nothing. */
  release(): void
}

/** Creates the folder and tries it. @throws UsageError where nothing can be written into it */
export function openResultFolder(folder: string): ResultFolder {
  const probe = join(folder, `.kitt-${process.pid}.part`)
  let made = false
  try {
    made = makeFolder(folder)
    writeWhole(probe, 'x', join(folder, `.kitt-${process.pid}`))
    rmSync(join(folder, `.kitt-${process.pid}`))
  } catch (error) {
    removeQuietly(probe)
    throw new UsageError(`--results-dir: Nothing can be written into ${folder} (${codeOf(error)}).`)
  }
  return {
    write(document) {
      const { model, engine, timestamp } = document
      const path = join(folder, fileName(model), fileName(engine), timestamp.replace(/[:.]/g, '-'))
      const file = join(path, 'metrics.json')
      try {
        makeFolder(path)
        writeWhole(`${file}.part`, `${JSON.stringify(document, null, 2)}\n`, file)
      } catch (error) {
        removeQuietly(`${file}.part`)
        throw new CommandFailed(`The result cannot be written into ${path} (${codeOf(error)}).`)
      }
      return file
    },
    release() {
      if (!made) return
      try {
        rmdirSync(folder)
      } catch {
        // It holds something by now, and stays.
      }
    },
  }
}

/** Makes a folder and those it is in. Node's own way to do it never ends where a parent refuses as `/proc` does. */
function makeFolder(path: string): boolean {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return false
  const parent = dirname(path)
  if (parent !== path) makeFolder(parent)
  mkdirSync(path)
  return true
}

/** A reader finds the whole file or none, after a power cut too. */
function writeWhole(part: string, text: string, file: string) {
  const handle = openSync(part, 'w')
  try {
    const bytes = Buffer.from(text)
    for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
  renameSync(part, file)
}

/** What could not be written may be where nothing can be removed either. */
function removeQuietly(path: string) {
  try {
    rmSync(path, { force: true })
  } catch {
    // The first error is the one to tell.
  }
}

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code ?? String(error)

/** A name as one part of a path. */
const fileName = (name: string) =>
  name
    .replaceAll('/', '--')
    .replace(/[^\w.@+-]/g, '_')
    .replace(/^\.+/, '_')
    .slice(0, 200)
