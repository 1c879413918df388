import { defineConfig } from 'vitest/config'
import { newerNode } from './test/_binaries.ts'
import { LongestFirst } from './test/_longest-first.ts'
import { appTests, isOfOneRuntime, startingTests } from './test/_matrix.ts'

/** What runs the built program as a process: once on each runtime. */
const ON_EACH_RUNTIME = startingTests()
/** What looks through a browser, tries faults for long, builds packages, or starts other servers: with the matrix, what "npm run verify" leaves to CI. */
const THOROUGH = ['test/{dashboard,edge,faults,package}/**/*.test.ts']

/** What is about a file: what is kept of one, how many statements it takes, and the next server taking over at once. */
const OF_FILES = ['http/kept-answers', 'queue/statements', 'campaigns/restart'].map(
  (path) => `test/${path}.test.ts`,
)

const RUNTIMES: Record<string, string[]> = {
  node: ON_EACH_RUNTIME,
  bun: ON_EACH_RUNTIME.filter((path) => !isOfOneRuntime(path)),
}
// CI tests the contract and the main job on a newer Node too; elsewhere it is a download that nobody asked for.
if (newerNode(Boolean(process.env['CI'])))
  RUNTIMES['newer node'] = ON_EACH_RUNTIME.filter((path) => /(contract|main-job)\.test/.test(path))

export default defineConfig({
  test: {
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 3,
    // A machine that others use too is late now and then; what is wrong fails again. The report names what was tried twice.
    retry: process.env['CI'] ? 1 : 0,
    // Most of the time of so many small files went into importing the server anew for each.
    isolate: false,
    sequence: { sequencer: LongestFirst },
    globalSetup: ['test/_build.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'quick',
          include: ['test/**/*.test.ts'],
          exclude: [...ON_EACH_RUNTIME, ...THOROUGH],
        },
      },
      // On a file that is used as a remote database is: what works on one must work on the other.
      {
        extends: true,
        test: {
          name: 'remote',
          include: appTests(),
          exclude: [...ON_EACH_RUNTIME, ...THOROUGH, ...OF_FILES],
          env: { KITT_TEST_DATABASE: 'remote' },
        },
      },
      { extends: true, test: { name: 'thorough', include: THOROUGH, exclude: ON_EACH_RUNTIME } },
      ...Object.entries(RUNTIMES).map(([runtime, include]) => ({
        extends: true as const,
        test: {
          name: runtime,
          include,
          env: { KITT_TEST_RUNTIME: runtime },
          globalSetup: ['test/real/_engine.ts'],
        },
      })),
    ],
  },
})
