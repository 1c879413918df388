import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { newerNode } from './_binaries.ts'

/** The end-to-end tests run the built program: build it once, before any test. */
export default function setup() {
  // CI tests on a newer Node too; elsewhere it is a download that nobody asked for.
  if (process.env['CI']) newerNode(true)
  const root = fileURLToPath(new URL('..', import.meta.url))
  for (const config of ['tsdown.config.ts', 'tsdown.client.config.ts']) {
    const args = ['node_modules/tsdown/dist/run.mjs', '--config', config, '--log-level', 'error']
    execFileSync(process.execPath, args, { cwd: root, stdio: 'inherit' })
  }
}
