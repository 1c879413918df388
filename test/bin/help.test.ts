import { spawnSync } from 'node:child_process'
import type { Command } from 'commander'
import { expect, test } from 'vitest'
import { assemble } from '../../bin/assemble.ts'
import { programFor } from '../../bin/program.ts'
import packageJson from '../../package.json' with { type: 'json' }
import { runKitt } from '../e2e/_server.ts'
import { commandLine, folderOfFile } from './_cli.ts'

const home = folderOfFile()
const { run } = commandLine(home)

/** Every command, with how it is called. */
const commandsOf = (at: Command, path: string[] = []): [string, Command][] => [
  [path.join(' '), at],
  ...at.commands.flatMap((inner) => commandsOf(inner, [...path, inner.name()])),
]

test('every command explains itself with examples, and says --json where it prints', async () => {
  for (const [path, command] of commandsOf(await programFor())) {
    const help: string[] = []
    command.configureOutput({ writeOut: (text) => void help.push(text) }).outputHelp()
    // Called by install.sh and the service alone; it is not shown.
    if (path.endsWith('agent adopt')) continue
    expect(help.join(''), path).toContain('Examples:\n')
    const silent = /^(web$|logout|completion|agent (start|update|service (install|uninstall)))/
    const talks = command.commands.length === 0 && !silent.test(path)
    expect(
      command.options.some(({ long }) => long === '--json'),
      path,
    ).toBe(talks)
  }
})

test.each(['--version', '-V'])('%s is answered without loading a command', async (asked) => {
  const load = () => Promise.reject(new Error('A command was loaded.'))
  const program = await assemble({ description: '', help: '', commands: { web: load } }, asked)
  const written: string[] = []
  program.configureOutput({ writeOut: (text) => void written.push(text) })
  await expect(program.parseAsync(['node', 'kitt', asked])).rejects.toMatchObject({ exitCode: 0 })
  expect(written).toEqual([`${packageJson.version}\n`])
})

test('help is exit 0, an unknown command or option 2, without a stack', async () => {
  expect(await run('--help')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('Exit codes'),
    stderr: '',
  })
  expect(await run('results', 'list', '--help')).toMatchObject({ code: 0 })
  for (const args of [
    ['nothing'],
    ['agent'],
    ['agents'],
    ['agents', 'nothing'],
    ['agents', 'list', '--nothing'],
    ['agents', 'show'],
  ]) {
    const ran = await run(...args)
    expect(ran, args.join(' ')).toMatchObject({ code: 2, stdout: '' })
    expect(ran.stderr).not.toMatch(/\n +at /)
  }
})

test('bash completes commands, subcommands and options', async () => {
  const script = (await runKitt(['completion', 'bash'], { env: { KITT_HOME: home() } })).stdout
  const complete = (...typed: string[]) => {
    const words = ['kitt', ...typed].map((word) => `'${word}'`).join(' ')
    const line = `${script}\nCOMP_WORDS=(${words}); COMP_CWORD=${typed.length}; _kitt; echo "\${COMPREPLY[*]}"`
    return spawnSync('bash', ['-c', line], { encoding: 'utf8' }).stdout.trim().split(' ')
  }
  expect(complete('ag')).toEqual(['agent', 'agents'])
  expect(complete('agents', 'dr')).toEqual(['drain'])
  expect(complete('agents', 'list', '--st')).toEqual(['--status'])
  expect(complete('quicktest', '--json', 'l')).toEqual(['list', 'logs'])
  expect(complete('agents', 'show', 'gpu-1', '--js')).toEqual(['--json'])
})

test('the zsh and fish scripts name every command; another shell is refused', async () => {
  for (const shell of ['zsh', 'fish']) {
    const { stdout, code } = await run('completion', shell)
    expect(code).toBe(0)
    for (const word of ['agents', 'provision', 'import-legacy', 'rotate-admin'])
      expect(stdout).toContain(word)
  }
  expect(await run('completion', 'tcsh')).toMatchObject({ code: 2, stdout: '' })
})
