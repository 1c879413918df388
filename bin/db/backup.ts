import { existsSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Client, LibsqlError } from '@libsql/client'
import { databaseUrl, shownUrl } from '../../db/file-url.ts'
import { shellWord } from '../../lib/shell.ts'
import { beginFile } from '../../lib/write-file.ts'
import { command } from '../terminal/command.ts'
import { CommandFailed, printJson, say } from '../terminal/output.ts'
import { withWriteErrors } from '../terminal/write-out.ts'
import { copyInto } from './copy/copy.ts'
import { type DbOptions, dbOptions, existingDatabase, type Place, reading } from './location.ts'

export const backupCommand = () =>
  dbOptions(
    command('backup', 'Copy the database into one file; the server may be running.', [
      'kitt db backup kitt-$(date +%F).db',
      'kitt db backup /backups/kitt.db --json',
      'KITT_DB_AUTH_TOKEN=… kitt db backup kitt.db --db-url libsql://db.example',
    ]),
  )
    .argument('<file>', 'the file to write; it must not exist yet')
    .action(async (file: string, options: DbOptions) => {
      const place = existingDatabase(options)
      const target = resolve(file)
      if (existsSync(target)) throw new CommandFailed(`${target} already exists: choose another name.`)
      if (place.file === undefined) await copyRemote(place, target)
      else await reading(place, (client) => writeBackup(client, target))
      const { size } = statSync(target)
      if (options.json) printJson({ file: target, bytes: size })
      else
        say(
          `${(size / 1e6).toFixed(1)} MB in ${target}. To restore it, stop the server and run: kitt db restore ${[target, ...(options.dbUrl ? ['--db-url', options.dbUrl] : [])].map(shellWord).join(' ')}`,
        )
    })

/** Reads a remote database as of one moment; its servers go on. A backup is always begun anew. */
async function copyRemote({ url, authToken }: Place, file: string) {
  const from = { url, shown: shownUrl(url), authToken, file: undefined }
  const to = { url: databaseUrl(file), shown: file, authToken: undefined, file }
  await copyInto({ from, to }, { running: true, restart: true })
}

/** Writes a consistent, compacted copy; a running server is not blocked. @throws CommandFailed */
async function writeBackup(client: Client, target: string) {
  // A damaged database is reported before the file is created.
  await client.execute('SELECT count(*) FROM sqlite_master')
  const file = withWriteErrors(target, () => beginFile(target, { mode: 0o600 }))
  try {
    await client.execute({ sql: 'VACUUM INTO ?', args: [file.part] })
  } catch (error) {
    file.discard()
    if (/CORRUPT|NOTADB/.test((error as LibsqlError).code)) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new CommandFailed(`${target} cannot be written: ${reason}.`)
  }
  withWriteErrors(target, file.finish)
}
