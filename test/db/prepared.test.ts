import { eq } from 'drizzle-orm'
import { expect, expectTypeOf, onTestFinished, test } from 'vitest'
import { openDatabase } from '../../db/open.ts'
import { type Given, prepared, statement } from '../../db/prepared.ts'
import { settings } from '../../db/schema.ts'
import { freshDatabase } from '../_setup.ts'

const store = prepared((orm) =>
  statement((given: Given<{ key: string; value: string; at: number }>) =>
    orm.insert(settings).values({ key: given('key'), value: given('value'), updated_at: given('at') }),
  ),
)
const byKey = prepared((orm) =>
  statement((given: Given<{ key: string }>) =>
    orm
      .select({ value: settings.value })
      .from(settings)
      .where(eq(settings.key, given('key'))),
  ),
)

test('a statement compiles only with all its values, by their names and of their types', async () => {
  const db = await openDatabase({ url: `file:${await freshDatabase()}` })
  onTestFinished(() => db.close())
  await store(db.read).execute({ key: 'a', value: 'b', at: 1 })
  const rows = await byKey(db.read).execute({ key: 'a' })
  expectTypeOf(rows).toEqualTypeOf<{ value: string }[]>()
  expect(rows).toEqual([{ value: 'b' }])
  // @ts-expect-error without `at`
  await expect(store(db.read).execute({ key: 'c', value: 'd' })).rejects.toThrow()
  // @ts-expect-error misspelt
  await expect(byKey(db.read).execute({ kee: 'a' })).rejects.toThrow()
  // @ts-expect-error of another type
  expect(await byKey(db.read).execute({ key: 7 })).toEqual([])
  // @ts-expect-error no values
  await expect(byKey(db.read).execute()).rejects.toThrow()
  // @ts-expect-error an unknown name
  const odd = (given: Given<{ key: string }>) => db.read.select().from(settings).where(given('kee'))
  expect(() => statement(odd)).not.toThrow()
})
