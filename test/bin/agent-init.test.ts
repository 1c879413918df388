import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runKitt } from '../e2e/_server.ts'
import { folderOfFile } from './_cli.ts'

const folder = folderOfFile()
const init = (home: string, ...args: string[]) =>
  runKitt(['agent', 'init', '--no-check', ...args], { env: { KITT_HOME: home, HOME: home } })
const written = (home: string) => JSON.parse(readFileSync(join(home, 'agent.json'), 'utf8')) as object

const SERVER = 'http://127.0.0.1:9'

test('a host that is configured is allowed another program without its server and token anew', async () => {
  const home = folder()
  await init(home, '--server', SERVER, '--token', 'secret', '--name', 'gpu-1', '--port', '8001')
  expect(await init(home, '--allow-binaries', '/opt/vllm/bin,/opt/tabbyAPI')).toMatchObject({ code: 0 })
  const all = { server: SERVER, token: 'secret', name: 'gpu-1', port: 8001 }
  expect(written(home)).toEqual({ ...all, allow_binaries: ['/opt/vllm/bin', '/opt/tabbyAPI'] })
  // Another server knows neither the token nor the programs.
  await init(home, '--server', 'http://127.0.0.1:10', '--token', 'other', '--name', 'gpu-2')
  expect(written(home)).toEqual({ server: 'http://127.0.0.1:10', token: 'other', name: 'gpu-2' })
})

test('without a server a host that is not configured is refused', async () => {
  const home = join(folder(), 'new')
  expect(await init(home, '--allow-binaries', '/opt/vllm/bin')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--server is missing'),
  })
})
