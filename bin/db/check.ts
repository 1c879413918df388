import { checkDatabase } from '../../db/check.ts'
import { shownUrl } from '../../db/file-url.ts'
import { ormOver } from '../../db/orm.ts'
import { command } from '../terminal/command.ts'
import { CommandFailed, printJson, printTable, say } from '../terminal/output.ts'
import { table } from '../terminal/table.ts'
import { type DbOptions, dbOptions, existingDatabase, reading } from './location.ts'

export const checkCommand = () =>
  dbOptions(
    command('check', 'Check the integrity of the database and its data; changes nothing.', [
      'kitt db check',
      'kitt db check --json',
    ]),
  ).action(async (options: DbOptions) => {
    const place = existingDatabase(options)
    const violations = await reading(place, (client) => checkDatabase(ormOver(client)))
    if (options.json) printJson({ url: shownUrl(place.url), violations })
    else if (violations.length > 0)
      printTable(
        table(
          [
            { head: 'broken', of: ({ rule }) => rule },
            { head: 'about', of: ({ about }) => about },
          ],
          violations,
        ),
      )
    if (violations.length > 0)
      throw new CommandFailed(`${shownUrl(place.url)} is damaged: ${violations.length} findings.`)
    if (!options.json) say(`${shownUrl(place.url)} is in order.`)
  })
