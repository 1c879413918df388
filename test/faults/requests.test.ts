import { test } from 'vitest'
import { manyRequests } from './_many-requests.ts'

const REQUESTS = 3000
const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 2 ** 31)

test(`37: ${REQUESTS} requests made from the schemas: no 5xx, nothing undocumented (FUZZ_SEED=${seed})`, async () => {
  await manyRequests(REQUESTS, seed)
}, 240_000)
