import type { InValue } from '@libsql/client'
import { Column, getTableName, is } from 'drizzle-orm'
import type { Orm } from './database.ts'

/** SQL text and its values. */
export class Sql {
  readonly text: string
  readonly args: readonly InValue[]

  constructor(text: string, args: readonly InValue[] = []) {
    this.text = text
    this.args = args
  }
}

type Part = Sql | Column | InValue | readonly InValue[]

/**
 * SQL for queries whose shape varies: values become parameters, lists `(?, ?)`, columns their names. Drizzle
 * takes longer to build a large query than the database to run it.
 * @example sql`SELECT id FROM runs WHERE ${runs.model} = ${model} AND seq IN ${seqs}`
 */
export function sql(strings: TemplateStringsArray, ...parts: Part[]): Sql {
  let text = strings[0] ?? ''
  const args: InValue[] = []
  for (const [i, part] of parts.entries()) {
    if (part instanceof Sql) {
      text += part.text
      args.push(...part.args)
    } else if (Array.isArray(part)) {
      text += `(${part.map(() => '?').join(', ')})`
      args.push(...part)
    } else if (is(part, Column)) text += nameOf(part)
    else {
      text += '?'
      args.push(part as InValue)
    }
    text += strings[i + 1] ?? ''
  }
  return new Sql(text, args)
}

/** SQL text as it is: only for constants of the program, never for input. */
export const raw = (text: string): Sql => new Sql(text)

export const joined = (parts: readonly Sql[], separator: string): Sql =>
  new Sql(
    parts.map(({ text }) => text).join(separator),
    parts.flatMap(({ args }) => args),
  )

const nameOf = (column: Column) => `"${getTableName(column.table)}"."${column.name}"`

/** Runs a query. @returns its rows, by column name */
export async function query<T>(orm: Orm, { text, args }: Sql): Promise<T[]> {
  const { $client } = orm
  const { rows } = await $client.execute({ sql: text, args: [...args] })
  return rows as T[]
}
