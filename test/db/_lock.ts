import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { onTestFinished } from 'vitest'

const HOLDER = `
import { createClient } from '@libsql/client'
const client = createClient({ url: process.argv[1], timeout: 0 })
const tx = await client.transaction('write')
await tx.execute("update settings set value = value")
process.stdout.write('held')
process.stdin.once('data', async () => { await tx.rollback(); client.close(); process.exit(0) })
`

/** Another process that holds the database until it is told to let go. */
export async function holdDatabase(path: string): Promise<{ release(): Promise<void> }> {
  const child: ChildProcess = spawn(process.execPath, ['--input-type=module', '-e', HOLDER, `file:${path}`], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child.stdout as NodeJS.ReadableStream, 'data')
  return {
    async release() {
      child.stdin?.write('go')
      await once(child, 'exit')
    },
  }
}
