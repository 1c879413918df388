import { chmodSync, closeSync, existsSync, fsyncSync, openSync, renameSync } from 'node:fs'
import type { Client } from '@libsql/client'
import { shownUrl } from '../../../db/file-url.ts'
import { formatNumber } from '../../../lib/format-number.ts'
import { shellWord } from '../../../lib/shell.ts'
import { command } from '../../terminal/command.ts'
import { CommandFailed, printJson, printTable, say } from '../../terminal/output.ts'
import { progress } from '../../terminal/progress.ts'
import { table } from '../../terminal/table.ts'
import { withWriteErrors } from '../../terminal/write-out.ts'
import { dropCopy } from './progress-table.ts'
import type { Digest } from './rows.ts'
import { type Copied, copyDatabase } from './run.ts'
import { lockFile, openFrom, openTo, partOf, removePart, type Side, sidesOf } from './side.ts'

type CopyOptions = { restart?: boolean; json?: boolean }

export const copyCommand = () =>
  command(
    'copy',
    'Copy a database between a file and a libSQL server, and compare both. All servers must be stopped.',
    [
      'kitt db copy ~/.kitt/kitt.db http://db.lan:8080',
      'KITT_FROM_AUTH_TOKEN=… kitt db copy libsql://db.example kitt.db',
      'KITT_FROM_AUTH_TOKEN=… KITT_TO_AUTH_TOKEN=… kitt db copy libsql://old.example libsql://new.example',
    ],
  )
    .argument('<from>', 'a file, or the URL of a libSQL server; its token: KITT_FROM_AUTH_TOKEN')
    .argument('<to>', 'the same, but empty; its token: KITT_TO_AUTH_TOKEN')
    .option('--restart', 'drop an unfinished copy in TO; otherwise it goes on where it was')
    .option('--json', 'print JSON')
    .action(async (from: string, to: string, options: CopyOptions) => {
      const sides = sidesOf(from, to, process.env)
      const release = sides.from.file === undefined ? () => {} : await lockFile(sides.from.file)
      try {
        const copied = await copyInto(sides, { ...options, running: false })
        if (options.json) printJson({ from: sides.from.shown, to: sides.to.shown, ...copied })
        else shown(sides, copied)
      } finally {
        release()
      }
    })

type Sides = { from: Side; to: Side }

/**
 * Copies one side to the other; a file appears when it is complete.
 * @param options.running whether servers may use the source: what they store meanwhile is not in the copy
 * @throws CommandFailed
 */
export async function copyInto(
  { from, to }: Sides,
  options: CopyOptions & { running: boolean },
): Promise<Copied> {
  const clients: Client[] = []
  const opened = (client: Client) => {
    clients.push(client)
    return client
  }
  const bar = progress('copying')
  try {
    const source = opened(openFrom(from))
    if (!options.running) await requireNoServer(source, from)
    if (options.restart && to.file !== undefined) removePart(to.file)
    const target = opened(openTo(to))
    if (options.restart) await dropCopy(target, to)
    const copied = await copyDatabase({ from, to }, { from: source, to: target }, bar.to)
    target.close()
    if (to.file !== undefined) putInPlace(to.file)
    return copied
  } catch (error) {
    throw asSentence(error, from, to)
  } finally {
    bar.end()
    for (const client of clients) if (!client.closed) client.close()
  }
}

/** A server on a remote database renews its lease every few seconds. @throws CommandFailed */
async function requireNoServer(source: Client, { file, shown }: Side) {
  if (file !== undefined) return
  const { rows } = await source
    .execute({ sql: 'SELECT count(*) AS n FROM leaders WHERE until > ?', args: [Date.now()] })
    .catch(() => ({ rows: [] }))
  if (Number(rows[0]?.['n'] ?? 0) > 0)
    throw new CommandFailed(
      `A server uses ${shown}, or was killed in the last 15 s. What it stores during the copy would be lost: stop all of them first. A copy of a database in use is "kitt db backup".`,
    )
}

function putInPlace(file: string) {
  const part = partOf(file)
  withWriteErrors(file, () => {
    chmodSync(part, 0o600)
    const fd = openSync(part, 'r')
    fsyncSync(fd)
    closeSync(fd)
    if (existsSync(file)) throw new CommandFailed(`${file} was made meanwhile; the copy is ${part}.`)
    renameSync(part, file)
  })
}

function asSentence(error: unknown, from: Side, to: Side): Error {
  if (error instanceof CommandFailed) return error
  const message = shownUrl(error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error))
  if (error instanceof Error && error.name === 'DatabaseRefused') return error
  return new CommandFailed(
    `${from.shown} was not copied to ${to.shown}: ${message.replace(/\.?$/, '.')} Repeat the command: it goes on where it was.`,
  )
}

type Row = [name: string, digest: Digest]

function shown({ to }: Sides, { tables }: Copied) {
  const all = Object.entries(tables)
  printTable(
    table<Row>(
      [
        { head: 'table', of: ([name]) => name },
        { head: 'rows', of: ([, { rows }]) => formatNumber(rows), kind: 'number' },
        { head: 'sha256', of: ([, { sha256 }]) => sha256.slice(0, 16) },
      ],
      all,
    ),
  )
  const rows = all.reduce((sum, [, digest]) => sum + digest.rows, 0)
  say(
    `${formatNumber(rows)} rows of ${all.length} tables are the same in both. Start the servers with KITT_DB_URL=${shellWord(to.file === undefined ? to.shown : to.url)}`,
  )
}
