import { closeSync, existsSync, openSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { command } from './command.ts'
import { type DbOptions, dbOptions, existingDatabase, reading } from './db-location.ts'
import { CommandFailed, printJson, say } from './output.ts'

export const backupCommand = () =>
  dbOptions(
    command('backup', 'Copy the database into one file, while the server runs or not.', [
      'kitt db backup kitt-$(date +%F).db',
      'kitt db backup /backups/kitt.db --json',
    ]),
  )
    .argument('<file>', 'the file to write; it must not be there yet')
    .action(async (file: string, options: DbOptions) => {
      const place = existingDatabase(options)
      if (place.file === undefined)
        throw new CommandFailed('The database is on another server: back it up there.')
      const target = resolve(file)
      if (existsSync(target)) throw new CommandFailed(`${target} is there already: choose another name.`)
      // For its owner alone from the first byte on.
      closeSync(openSync(target, 'wx', 0o600))
      // One consistent state, compacted; the server goes on reading and writing meanwhile.
      await reading(place, (client) => client.execute({ sql: 'VACUUM INTO ?', args: [target] }))
      const { size } = statSync(target)
      if (options.json) printJson({ file: target, bytes: size })
      else
        say(
          `${(size / 1e6).toFixed(1)} MB in ${target}. To restore, stop the server and put it in the place of ${place.file}.`,
        )
    })
