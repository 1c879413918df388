import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { startingTests } from './_matrix.ts'

/** `npm run test:bun`: every test that starts the built program, on Bun, before a release. */
export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    include: startingTests(),
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 3,
    isolate: false,
    env: { KITT_TEST_RUNTIME: 'bun' },
    globalSetup: ['test/_build.ts', 'test/real/_engine.ts'],
  },
})
