import { existsSync, readdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { CommandFailed } from '../terminal/output.ts'

/** The result files that paths mean: files as they are, of folders every `metrics.json` within. @throws CommandFailed */
export function resultFiles(paths: string[]): string[] {
  return [...new Set(paths.flatMap(filesOf))].sort()
}

function filesOf(path: string): string[] {
  if (!existsSync(path)) throw new CommandFailed(`${path} does not exist.`)
  if (!statSync(path).isDirectory()) return [path]
  // Links are not followed: a folder may not lead out of itself, or around in a circle.
  return readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && basename(entry.name) === 'metrics.json')
    .map((entry) => join(entry.parentPath, entry.name))
}

/** Where results of `kitt run` lie in a folder: `kitt-results` and `karr-*`. */
export const resultFolders = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter(
      (entry) => entry.isDirectory() && (entry.name === 'kitt-results' || entry.name.startsWith('karr-')),
    )
    .map((entry) => join(folder, entry.name))
