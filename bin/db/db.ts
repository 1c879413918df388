import type { Command } from 'commander'
import { command } from '../terminal/command.ts'
import { backupCommand } from './backup.ts'
import { checkCommand } from './check.ts'
import { copyCommand } from './copy/copy.ts'
import { importLegacyCommand } from './import-legacy.ts'
import { infoCommand, migrateCommand } from './info.ts'
import { restoreCommand } from './restore.ts'

/** `kitt db`: the database of this machine's server. */
export const dbCommand = (): Command =>
  command('db', "The database of this machine's server.", [
    'kitt db info',
    'kitt db backup kitt-backup.db',
    'kitt db restore kitt-backup.db',
    'kitt db copy ~/.kitt/kitt.db http://db.lan:8080',
    'kitt db import-legacy old/kitt.db --dry-run',
  ])
    .addCommand(infoCommand())
    .addCommand(migrateCommand())
    .addCommand(backupCommand())
    .addCommand(restoreCommand())
    .addCommand(checkCommand())
    .addCommand(copyCommand())
    .addCommand(importLegacyCommand())
