import Database from 'libsql'

/**
 * Keeps what each connection has compiled: a third of the time of a seed went into compiling the same again.
 * @returns what ends that, for the other tests of the process
 */
export function keepStatements(): () => void {
  const kept = new WeakMap<Database.Database, Map<string, Database.Statement>>()
  const compile = Database.prototype.prepare
  Object.assign(Database.prototype, {
    prepare(this: Database.Database, sql: string) {
      const statements = kept.get(this) ?? new Map<string, Database.Statement>()
      kept.set(this, statements)
      const statement = statements.get(sql) ?? compiled(compile.call(this, sql))
      statements.set(sql, statement)
      return statement
    },
  })
  return () => Object.assign(Database.prototype, { prepare: compile })
}

/** A statement that is asked once what it returns. */
function compiled(statement: Database.Statement): Database.Statement {
  const { reader } = statement
  const columns = reader ? statement.columns() : []
  const refusal = new TypeError('The statement returns no rows.')
  if (reader) statement.raw(true)
  return Object.assign(statement, {
    columns: () => columns,
    raw() {
      if (!reader) throw refusal
      return statement
    },
  })
}
