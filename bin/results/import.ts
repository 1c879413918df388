import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { ApiError, type Client } from '../../app/client/client.ts'
import { withoutNonFinite } from '../../app/http/non-finite.ts'
import { type ConnectOptions, connect } from '../connection/connect.ts'
import { clientCommand } from '../terminal/command.ts'
import { CommandFailed, printJson, say } from '../terminal/output.ts'
import { progress } from '../terminal/progress.ts'

type Options = ConnectOptions & { json?: boolean }
type Outcome = { imported: number; known: number; failed: { file: string; error: string }[] }

export const importCommand = () =>
  clientCommand('import', 'Import result files of earlier runs; results already stored are skipped.', [
    'kitt results import                      from kitt-results and karr-* of this folder',
    'kitt results import kitt-results/2026 old/metrics.json',
  ])
    .argument('[paths...]', 'metrics.json files, or folders that contain them')
    .action(async (paths: string[], { json, ...to }: Options) => {
      const files = resultFiles(paths.length > 0 ? paths : resultFolders('.'))
      if (files.length === 0) throw new CommandFailed('There is no metrics.json to import.')
      const outcome = await importAll(connect(to).client, files)
      if (json) printJson(outcome)
      for (const { file, error } of outcome.failed) say(`${file}: ${error}`)
      const { imported, known, failed } = outcome
      const left = failed.length > 0 ? `, ${failed.length} failed` : ''
      const sum = `${imported} imported, ${known} already stored${left}.`
      if (failed.length > 0) throw new CommandFailed(sum)
      if (!json) say(sum)
    })

/** The result files of paths: files as given, of folders every `metrics.json` in them. @throws CommandFailed */
function resultFiles(paths: string[]): string[] {
  return [...new Set(paths.flatMap(filesOf))].sort()
}

function filesOf(path: string): string[] {
  if (!existsSync(path)) throw new CommandFailed(`${path} does not exist.`)
  if (!statSync(path).isDirectory()) return [path]
  // Links are not followed: they could lead outside the folder or in a circle.
  return readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && basename(entry.name) === 'metrics.json')
    .map((entry) => join(entry.parentPath, entry.name))
}

/** The result folders in a folder: `kitt-results` and `karr-*`. */
const resultFolders = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter(
      (entry) => entry.isDirectory() && (entry.name === 'kitt-results' || entry.name.startsWith('karr-')),
    )
    .map((entry) => join(folder, entry.name))

async function importAll(client: Client, files: string[]): Promise<Outcome> {
  const outcome: Outcome = { imported: 0, known: 0, failed: [] }
  const bar = progress('Importing')
  for (const [done, file] of files.entries()) {
    try {
      if (await importFile(client, file)) outcome.imported++
      else outcome.known++
    } catch (error) {
      // One bad file must not stop the import; an error of the server does.
      if (!(error instanceof BadFile) && !(error instanceof ApiError && [400, 413].includes(error.status)))
        throw error
      outcome.failed.push({ file, error: sentenceOf(error) })
    }
    bar.to(done + 1, files.length)
  }
  bar.end()
  return outcome
}

class BadFile extends Error {}

const sentenceOf = (error: Error) => {
  const detail = error instanceof ApiError ? error.details?.[0] : undefined
  return detail ? `${detail.path} ${detail.message}` : error.message
}

/** Sends the unchanged text of a file. @returns false if the result was already stored */
async function importFile({ api }: Client, file: string): Promise<boolean> {
  const text = withoutNonFinite(readText(file))
  const document: unknown = parsed(text)
  if (typeof document !== 'object' || document === null || Array.isArray(document))
    throw new BadFile('It is not a JSON object.')
  const answer = await api.v1.results.import.$post({ json: document as never }, { init: { body: text } })
  return (await answer.json()).created
}

function readText(file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new BadFile(
      code?.startsWith('E') && !code.startsWith('ERR_') ? `It cannot be read: ${code}.` : 'It is not UTF-8.',
    )
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new BadFile('It is not valid JSON.')
  }
}
