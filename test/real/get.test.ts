import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../_setup.ts'

/** The script that gets the engine, on a machine that has these programs and no others. */
function getWith(programs: string[], ...args: string[]) {
  const bin = join(temporaryFolder(), 'bin')
  mkdirSync(bin)
  for (const name of ['bash', ...programs])
    symlinkSync(execFileSync('which', [name], { encoding: 'utf8' }).trim(), join(bin, name))
  return spawnSync(join(bin, 'bash'), ['scripts/llama-server.sh', ...args], {
    encoding: 'utf8',
    env: { PATH: bin },
  })
}

test.skipIf(process.platform !== 'linux' || process.arch !== 'x64')(
  'where llama-server cannot be had, a sentence says why and nothing is left',
  () => {
    const folder = temporaryFolder()
    const wanted = join(folder, 'llama-server')
    const none = getWith(['uname'])
    expect(none).toMatchObject({ status: 1, stdout: '' })
    expect(none.stderr).toBe('llama-server was not unpacked: name one folder to put it into.\n')
    const elsewhere = getWith(['uname', 'find'], wanted)
    expect(elsewhere).toMatchObject({ status: 1, stdout: '' })
    expect(elsewhere.stderr).toBe('llama-server was not unpacked: there is no apt-get on this machine.\n')
    expect(readdirSync(folder)).toEqual([])
    mkdirSync(join(folder, 'mine'))
    const full = getWith(['uname', 'find'], folder)
    expect(full.stderr).toBe(
      `llama-server was not unpacked: ${folder} holds other files; name a folder of its own.\n`,
    )
    expect(readdirSync(folder)).toEqual(['mine'])
  },
)

/** Runs the script that makes a model, with these arguments. */
const make = (...args: string[]) =>
  spawnSync(process.execPath, ['scripts/tiny-model.mjs', ...args], { encoding: 'utf8' })

test('a tiny model is the same from the same seed, another from another, and of the size asked', () => {
  const folder = temporaryFolder()
  const model = (name: string, ...args: string[]) => {
    const file = join(folder, name)
    expect(make(file, '--width', '64', ...args)).toMatchObject({ status: 0, stderr: '' })
    return readFileSync(file)
  }
  const small = model('small.gguf', '--layers', '1')
  expect(small.subarray(0, 4).toString()).toBe('GGUF')
  expect(model('again.gguf', '--layers', '1').equals(small)).toBe(true)
  expect(model('other.gguf', '--layers', '1', '--seed', '2').equals(small)).toBe(false)
  expect(model('larger.gguf', '--layers', '3').length).toBeGreaterThan(small.length)
  expect(readdirSync(folder)).toHaveLength(4)
})

test.each([[[]], [['m.gguf', '--layers', '0']], [['m.gguf', '--width', '100']], [['m.gguf', '--seed', 'x']]])(
  'a model asked for with %j is not made',
  (args) => {
    expect(make(...args)).toMatchObject({ status: 2, stdout: '' })
  },
)
