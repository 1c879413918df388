import { defineConfig } from 'tsdown'

// The benchmarks of the project itself: what runs them, and the yardstick they are held against.
export default defineConfig({
  entry: [
    'bench/run.ts',
    'bench/yardstick.ts',
    'bench/results-scale.ts',
    'bench/slow-link.ts',
    'bench/generator/*.ts',
    'bench/verdicts/run.ts',
    'bench/setups/run.ts',
  ],
  outDir: 'dist-bench',
  platform: 'node',
  target: 'node20',
  unbundle: true,
  // What others made is taken as it is: the yardstick is to be what people have.
  deps: { neverBundle: [/^[^./]/] },
  root: '.',
  fixedExtension: false,
  logLevel: 'error',
  hooks: {
    'build:done': async () => {
      const { cpSync } = await import('node:fs')
      cpSync('db/migrations', 'dist-bench/db/migrations', { recursive: true })
    },
  },
})
