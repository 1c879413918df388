import { mkdirSync, rmdirSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { MeasuredDocument } from '../../agent/bench/report/document.ts'
import { writeWholeFile } from '../../lib/write-file.ts'
import { CommandFailed, UsageError } from '../terminal/output.ts'

/** A folder for results, tested for writing before the measurement. */
export type ResultFolder = {
  /** Writes `<folder>/<model>/<engine>/<time>/metrics.json` atomically. @returns its path. @throws CommandFailed */
  write(document: MeasuredDocument): string
  /** Removes the folder if it was created for this run and is empty. */
  release(): void
}

/** Creates the folder and writes a test file. @throws UsageError if it is not writable */
export function openResultFolder(folder: string): ResultFolder {
  let made = false
  try {
    made = makeFolder(folder)
    writeWholeFile(join(folder, `.kitt-${process.pid}`), 'x')
    rmSync(join(folder, `.kitt-${process.pid}`))
  } catch (error) {
    throw new UsageError(`--results-dir: ${folder} is not writable (${codeOf(error)}).`)
  }
  return {
    write(document) {
      const { model, engine, timestamp } = document
      const path = join(folder, fileName(model), fileName(engine), timestamp.replace(/[:.]/g, '-'))
      const file = join(path, 'metrics.json')
      try {
        makeFolder(path)
        writeWholeFile(file, `${JSON.stringify(document, null, 2)}\n`)
      } catch (error) {
        throw new CommandFailed(`The result cannot be written to ${path} (${codeOf(error)}).`)
      }
      return file
    },
    release() {
      if (!made) return
      try {
        rmdirSync(folder)
      } catch {
        // It is not empty.
      }
    },
  }
}

/** Creates a folder and its parents. The recursive mkdir of Node does not return if a parent such as `/proc` refuses it. */
function makeFolder(path: string): boolean {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return false
  const parent = dirname(path)
  if (parent !== path) makeFolder(parent)
  mkdirSync(path)
  return true
}

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code ?? String(error)

/** A name as one segment of a path. */
const fileName = (name: string) =>
  name
    .replaceAll('/', '--')
    .replace(/[^\w.@+-]/g, '_')
    .replace(/^\.+/, '_')
    .slice(0, 200)
