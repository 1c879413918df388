import type { Command } from 'commander'
import { command } from './command.ts'
import { backupCommand } from './db-backup.ts'
import { checkCommand } from './db-check.ts'
import { importLegacyCommand } from './db-import-legacy.ts'
import { infoCommand, migrateCommand } from './db-info.ts'
import { restoreCommand } from './db-restore.ts'

/** `kitt db`: the database of this machine's server. */
export const dbCommand = (): Command =>
  command('db', "The database of this machine's server.", [
    'kitt db info',
    'kitt db backup kitt-backup.db',
    'kitt db restore kitt-backup.db',
    'kitt db import-legacy old/kitt.db --dry-run',
  ])
    .addCommand(infoCommand())
    .addCommand(migrateCommand())
    .addCommand(backupCommand())
    .addCommand(restoreCommand())
    .addCommand(checkCommand())
    .addCommand(importLegacyCommand())
