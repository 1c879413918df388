import { expect, test } from 'vitest'
import { crowded, type Hostile, importTime, longTexts, repetitions } from './_hostile.ts'

const KIB = 1024
/** In bytes. The small ones first: of what is worse than quadratic, the large one would never end. */
const SIZES = [0.5, 4, 48].map((size) => size * KIB)
/** A file that takes less holds nobody up, in ms; one that takes more is held against one of half the size. */
const HARMLESS_MS = 200
/** Twice the size takes a linear reader twice as long, a quadratic one four times. */
const GROWTH_MAX = 3
/** However it grows, in ms. */
const LIMIT_MS = 1500

/** Why a file is read too slowly; undefined for one that is read in time that grows as it does. */
async function slownessOf(file: Hostile): Promise<string | undefined> {
  for (const size of SIZES) {
    const ms = await importTime(file, size, HARMLESS_MS)
    if (ms <= HARMLESS_MS) continue
    if (ms > LIMIT_MS) return `${file.name}: ${Math.round(ms)} ms for ${size} bytes`
    const half = await importTime(file, size / 2, ms / GROWTH_MAX)
    if (ms > GROWTH_MAX * half)
      return `${file.name}: ${Math.round(ms)} ms for ${size} bytes, ${Math.round(half)} ms for half as many`
  }
  return undefined
}

/** The first file that is read too slowly: of many, all would take too long. */
async function slowness(files: readonly Hostile[]): Promise<string | undefined> {
  for (const file of files) {
    const slow = await slownessOf(file)
    if (slow !== undefined) return slow
  }
  return undefined
}

test('a sign that is repeated for 48 KiB, alone or anywhere in a file of any text format, is read in linear time', async () => {
  expect(await slowness(repetitions())).toBeUndefined()
})

test('a long text anywhere in a file of JSON is read in linear time', async () => {
  expect(await slowness(longTexts())).toBeUndefined()
})

test.each(crowded)('$name: linear time', async (file) => {
  expect(await slownessOf(file)).toBeUndefined()
})
