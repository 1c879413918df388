import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { insertEvents, type NewEventRow } from '../../db/insert-events.ts'
import { openDatabase } from '../../db/open.ts'
import { freshDatabase } from '../_setup.ts'

const FIRST_HALF = ['\u{1f601}', '\u{1f602}']
const LAST_HALF = ['\u{1f601}', '\u{1fa01}']

/** Runs of one to twelve rows alike, some of them beside another of the same kind. */
const runs = fc.array(
  fc.record({
    alike: fc.record({
      type: fc.constantFrom('log', 'x'),
      source_id: fc.constantFrom('a', 'b'),
      parent_id: fc.constantFrom(null, 'p'),
      at: fc.integer({ min: 0, max: 2 }),
      numbered: fc.boolean(),
    }),
    start: fc.constantFrom('', 'a'),
    end: fc.constantFrom('', 'z'),
    /** Whether all begin with the same half of a character, and end with one. */
    halves: fc.boolean(),
    texts: fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1, maxLength: 12 }),
  }),
  { maxLength: 12 },
)

type Runs = typeof runs extends fc.Arbitrary<infer T> ? T : never

test('whatever is written together comes back as it was, in order, with ids that follow each other', async () => {
  const db = await openDatabase({ url: `file:${await freshDatabase()}` })
  onTestFinished(() => db.close())
  let seq = 0
  const rowsOf = (made: Runs) =>
    made.flatMap(({ alike: { numbered, ...alike }, start, end, halves, texts }) =>
      texts.map((text, i): NewEventRow => {
        const own = halves ? `${FIRST_HALF[i % 2]}${text}${LAST_HALF[i % 2]}` : text
        const data = JSON.stringify({ text: start + own + end })
        return { ...alike, data, ...(numbered ? { wire_id: 'w', seq: seq++ } : { wire_id: null, seq: null }) }
      }),
    )
  await fc.assert(
    fc.asyncProperty(runs, async (made) => {
      const tx = await db.writer.transaction('write')
      const before = await tx.execute('SELECT coalesce(max(id), 0) AS id FROM events')
      const last = Number(before.rows[0]?.['id'])
      const given = rowsOf(made)
      const written = await insertEvents(tx, given)
      await tx.commit()
      expect(written).toEqual(given.map((row, i) => ({ ...row, id: last + i + 1 })))
      const { rows } = await db.reader.execute({
        sql: 'SELECT * FROM events WHERE id > ? ORDER BY id',
        args: [last],
      })
      expect(rows.map((row) => ({ ...row }))).toEqual(written)
    }),
    { numRuns: 200 },
  )
})
