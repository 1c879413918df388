import { mkdirSync, rmdirSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { MeasuredDocument } from '../../agent/bench/report/document.ts'
import { writeWholeFile } from '../../lib/write-file.ts'
import { CommandFailed, UsageError } from '../terminal/output.ts'

/** A folder for results that was written to before anything is measured. */
export type ResultFolder = {
  /** Writes `<folder>/<model>/<engine>/<time>/metrics.json`, whole or not at all. @returns its path. @throws CommandFailed */
  write(document: MeasuredDocument): string
  /** Takes the folder away again, where it was made for this run and holds nothing. */
  release(): void
}

/** Creates the folder and tries it. @throws UsageError where nothing can be written into it */
export function openResultFolder(folder: string): ResultFolder {
  let made = false
  try {
    made = makeFolder(folder)
    writeWholeFile(join(folder, `.kitt-${process.pid}`), 'x')
    rmSync(join(folder, `.kitt-${process.pid}`))
  } catch (error) {
    throw new UsageError(`--results-dir: Nothing can be written into ${folder} (${codeOf(error)}).`)
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

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code ?? String(error)

/** A name as one part of a path. */
const fileName = (name: string) =>
  name
    .replaceAll('/', '--')
    .replace(/[^\w.@+-]/g, '_')
    .replace(/^\.+/, '_')
    .slice(0, 200)
