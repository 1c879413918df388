import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { ENGINE_MARK, endProcesses } from '../../../agent/engines/processes.ts'

/** Counts the orders to end for a while after the first one, as engines do that clean up, then tells how many came. */
const COUNTING = `
let orders = 0
process.on('SIGTERM', () => {
  orders += 1
  if (orders === 1) setTimeout(() => process.stdout.write(String(orders), () => process.exit(0)), 300)
})
setInterval(() => {}, 1000)
process.stdout.write('ready ')`

test('an engine is told to end once: a second TERM makes it skip its clean end', async () => {
  const key = `test-${process.pid}-${Date.now()}`
  const child = spawn(process.execPath, ['-e', COUNTING], {
    detached: true,
    env: { [ENGINE_MARK]: key },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  child.stdout.on('data', (bytes) => {
    said += bytes
  })
  await once(child.stdout, 'data')
  await endProcesses(child.pid!, key, 10_000)
  await expect.poll(() => said).toBe('ready 1')
})
