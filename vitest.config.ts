import { defineConfig } from 'vitest/config'
import { newerNode } from './test/_binaries.ts'

/** What runs the built program as a process, and does so on each runtime in turn. */
const ON_EACH_RUNTIME = ['test/bin/**/*.test.ts', 'test/e2e/{install,remote-database}.test.ts']

// CI tests on a newer Node too; elsewhere it is a download that nobody asked for.
const newer = newerNode(Boolean(process.env['CI'])) ? ['newer node'] : []

export default defineConfig({
  test: {
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 3,
    globalSetup: ['test/_build.ts'],
    projects: [
      { extends: true, test: { name: 'kitt', include: ['test/**/*.test.ts'], exclude: ON_EACH_RUNTIME } },
      ...['node', 'bun', ...newer].map((runtime) => ({
        extends: true as const,
        test: { name: runtime, include: ON_EACH_RUNTIME, env: { KITT_TEST_RUNTIME: runtime } },
      })),
    ],
  },
})
