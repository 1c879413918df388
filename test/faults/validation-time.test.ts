import { expect, test } from 'vitest'
import type { z } from 'zod'
import { LARGE, SMALL } from '../../app/http/json.ts'
import { check, detailsOf } from '../../app/http/validate.ts'
import { createTestApp } from '../_setup.ts'
import { routeInputs } from '../fuzz/_requests.ts'
import { fieldsOf, worstOf } from './_worst.ts'

const LIMIT_MS = 5

const TRIES = 25

/** The time that checking a value takes, in ms, by clock or processor: the least of several tries, the others were disturbed. */
function checkTime(schema: z.ZodType, value: unknown): number {
  let least = Number.POSITIVE_INFINITY
  for (let i = 0; i < TRIES && least > LIMIT_MS && (i === 0 || least < 20 * LIMIT_MS); i++) {
    const before = process.cpuUsage()
    const from = performance.now()
    const { error } = check(schema, value)
    if (error) detailsOf(error)
    const { user, system } = process.cpuUsage(before)
    least = Math.min(least, (user + system) / 1000, performance.now() - from)
  }
  return least
}

test(`49: no field of any route takes more than ${LIMIT_MS} ms to check, whatever 1 MiB of it says`, async () => {
  const { app } = await createTestApp()
  const slow: string[] = []
  let tried = 0
  for (const [key, inputs] of routeInputs(app)) {
    for (const [target, schema] of Object.entries(inputs)) {
      for (const field of fieldsOf(schema)) {
        for (const { name, value } of worstOf(field, target, /results|import$/.test(key) ? LARGE : SMALL)) {
          tried++
          const ms = checkTime(schema, value)
          if (ms > LIMIT_MS)
            slow.push(`${key} ${target} ${field.path.join('.')} ${name}: ${Math.round(ms)} ms`)
        }
      }
    }
  }
  expect(slow).toEqual([])
  expect(tried).toBeGreaterThan(2000)
})
