import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** The end-to-end tests run the built program: build it once, before any test. */
export default function setup() {
  const root = fileURLToPath(new URL('..', import.meta.url))
  execFileSync(process.execPath, ['node_modules/tsdown/dist/run.mjs', '--log-level', 'error'], {
    cwd: root,
    stdio: 'inherit',
  })
}
