import { defineConfig } from 'vitest/config'
import { newerNode } from './test/_binaries.ts'
import { startingTests } from './test/_matrix.ts'

/** What runs the built program as a process: once on each runtime. */
const ON_EACH_RUNTIME = startingTests()
/** What looks through a browser, tries faults for long, builds packages, or starts other servers: with the matrix, what "npm run verify" leaves to CI. */
const THOROUGH = ['test/{dashboard,edge,faults,package}/**/*.test.ts']

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
      {
        extends: true,
        // Most of the time of so many small files went into importing the server anew for each.
        test: {
          name: 'quick',
          include: ['test/**/*.test.ts'],
          exclude: [...ON_EACH_RUNTIME, ...THOROUGH],
          isolate: false,
        },
      },
      { extends: true, test: { name: 'thorough', include: THOROUGH, exclude: ON_EACH_RUNTIME } },
      ...['node', 'bun', ...newer].map((runtime) => ({
        extends: true as const,
        test: {
          name: runtime,
          include: ON_EACH_RUNTIME,
          env: { KITT_TEST_RUNTIME: runtime },
          globalSetup: ['test/real/_engine.ts'],
        },
      })),
    ],
  },
})
