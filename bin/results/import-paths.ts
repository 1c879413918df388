import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { resultsAmong } from '../../lib/result-files.ts'
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

/** The result folders in a folder: `kitt-results` and `karr-*`. */
export const resultFolders = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter(
      (entry) => entry.isDirectory() && (entry.name === 'kitt-results' || entry.name.startsWith('karr-')),
    )
    .map((entry) => join(folder, entry.name))
