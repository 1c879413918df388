import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { PROGRAM, runKitt } from './_server.ts'
import { startSimulator } from './_simulator.ts'

const FAST = ['--ttft', '5', '--tpot', '1']

function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'kitt-bundle-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Runs the script of a bundle with this program as its `kitt`. */
async function runScript(folder: string, args: string[]) {
  const [command, program] = PROGRAM
  const kitt = join(folder, 'kitt')
  writeFileSync(kitt, `#!/bin/sh\nexec '${command}' '${program}' "$@"\n`, { mode: 0o755 })
  const child = spawn(join(folder, 'run.sh'), args, {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', KITT: kitt, KITT_HOME: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text
  })
  const [code] = await once(child, 'close')
  return { code: code as number, stdout, stderr }
}

test('what a bundle says runs as it is, and measures in the same setup', async () => {
  const [url, cwd] = [await startSimulator(FAST), temporaryFolder()]
  const prompts = join(cwd, 'p.txt')
  writeFileSync(prompts, 'It\'s the first\nthe "second" $HOME `x`\n')
  const asked = [
    '--mode',
    'poisson',
    '--rate',
    '50',
    '--requests',
    '4',
    '--warmup',
    '0',
    '--output-tokens',
    '8',
  ]
  const first = await runKitt(['run', '--url', url, '--model', "lab's/m", ...asked, '--prompts', prompts], {
    cwd,
  })
  expect(first.code, first.stderr).toBe(0)
  const [file = ''] = readdirSync(cwd, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('metrics.json'),
  )
  const bundled = await runKitt(['bundle', join(cwd, file), '-o', 'first.tar.gz', '--json'], { cwd })
  expect(bundled.code, bundled.stderr).toBe(0)
  const about = JSON.parse(bundled.stdout)
  expect(about).toMatchObject({ requests: 4, dataset: { kind: 'prompts', count: 2 }, setups: [{}] })

  const folder = temporaryFolder()
  spawnSync('tar', ['-xzf', join(cwd, 'first.tar.gz'), '-C', folder, '--strip-components', '1'])
  const other = await startSimulator(FAST)
  const again = await runScript(folder, [other, '--results-dir', 'again', '--json'])
  expect(again.code, again.stderr).toBe(0)
  const second = join(folder, 'second.json')
  writeFileSync(second, again.stdout)
  const compared = await runKitt(['bundle', second, '-o', 'second.tar.gz', '--json'], { cwd })
  const ids = ({ setups }: { setups: { hardware_id: string }[] }) =>
    setups.map(({ hardware_id }) => hardware_id)
  expect(ids(JSON.parse(compared.stdout))).toEqual(ids(about))
  expect(JSON.parse(again.stdout).config.options.prompts).toEqual(
    JSON.parse(readFileSync(join(folder, 'prompts.json'), 'utf8')),
  )

  // The one line of the README too.
  expect(readFileSync(join(folder, 'README.md'), 'utf8')).toContain(about.command)
  const line = about.command.replace(/^kitt/, './kitt').replace('http://localhost:8000', other)
  const shell = spawnSync('sh', ['-c', `${line} --json`], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] ?? '', KITT_HOME: folder },
  })
  expect(shell.status, shell.stderr).toBe(0)
  expect(JSON.parse(shell.stdout).config.options).toMatchObject({ mode: 'poisson', rate: 50, requests: 4 })

  expect(await runKitt(['bundle', prompts], { cwd })).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('cannot be read as a result'),
  })
})
