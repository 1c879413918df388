import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Command, CommanderError, type Option } from 'commander'
import { expect, test } from 'vitest'
import { programFor } from '../../bin/program.ts'
import { commandsOf, pages } from './_docs.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const { scripts } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { scripts: object }

/** A program whose commands parse and do nothing. */
async function silentProgram(): Promise<Command> {
  const program = await programFor()
  const quieten = (command: Command) => {
    command.configureOutput({ writeOut: () => {}, writeErr: () => {} })
    if (command.commands.length === 0) command.action(() => {})
    for (const inner of command.commands) quieten(inner)
  }
  quieten(program)
  return program
}

test.each(commandsOf(/^kitt$/))('$page: $line', async ({ words }) => {
  const parsed = (await silentProgram()).parseAsync(words.slice(1), { from: 'user' })
  const failure = await parsed.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (failure instanceof CommanderError && failure.exitCode === 0) return
  // A block may name a file that the reader makes.
  if (/cannot be read/.test(String(failure))) return
  expect(failure).toBeUndefined()
})

test('the pages name only scripts of npm that there are', () => {
  const named = commandsOf(/^npm$/).map(({ page, line, words }) => ({ page, line, words }))
  expect(named.length).toBeGreaterThan(3)
  for (const { page, line, words } of named) {
    const [, verb = '', script = ''] = words
    const known =
      verb === 'run' ? script in scripts : ['ci', 'cit', 'test', 'start', 'install'].includes(verb)
    expect(known, `${page}: ${line}`).toBe(true)
  }
})

test('every link of the pages to a file leads to one', () => {
  const links = [...pages(), 'CONTRIBUTING.md', 'SECURITY.md', 'bench/README.md'].flatMap((page) =>
    [...readFileSync(`${root}${page}`, 'utf8').matchAll(/\]\((?!\w+:)([^)#]+)/g)].map(([, link = '']) => ({
      page,
      link,
    })),
  )
  expect(links.length).toBeGreaterThan(20)
  expect(links.filter(({ page, link }) => !existsSync(join(root, dirname(page), link)))).toEqual([])
})

const isShown = (of: Command) => (inner: Command) => of.createHelp().visibleCommands(of).includes(inner)

/** The reference of a command and of those below it. */
function reference(command: Command, path: string[] = []): string[] {
  const at = [...path, command.name()]
  const inner = command.commands.filter(isShown(command))
  return [...(path.length === 0 ? [] : section(command, at)), ...inner.flatMap((one) => reference(one, at))]
}

function section(command: Command, path: string[]): string[] {
  const taken = command.registeredArguments.map((one) => {
    const name = one.variadic ? `${one.name()}...` : one.name()
    return one.required ? `<${name}>` : `[${name}]`
  })
  const text = (line: string) => line.replaceAll('|', '\\|').replaceAll('<', '&lt;')
  const row = (name: string, about: string) => `| \`${name.replaceAll('|', '\\|')}\` | ${text(about)} |`
  const rows = [
    ...command.registeredArguments.map((one) => row(one.name(), one.description)),
    ...command.options.map((one) => row(one.flags, aboutOption(one))),
  ]
  return [
    `${path.length === 2 ? '##' : '###'} ${path.join(' ')}`,
    '',
    text(command.description()),
    '',
    ...(taken.length > 0 ? [`\`${[...path, ...taken].join(' ')}\``, ''] : []),
    ...(rows.length > 0 ? ['|  |  |', '| --- | --- |', ...rows, ''] : []),
  ]
}

function aboutOption({ description, argChoices, mandatory }: Option): string {
  const choices = argChoices ? ` (${argChoices.join(', ')})` : ''
  return `${description}${choices}${mandatory ? '; required' : ''}`
}

test('docs/commands.md has every command and every option; "npm run docs" writes it anew', async () => {
  const head = [
    '# Commands',
    '',
    'Written by `npm run docs` from the program itself. Every command takes `--help`, which has examples.',
    '',
  ]
  await expect([...head, ...reference(await programFor())].join('\n')).toMatchFileSnapshot(
    '../../docs/commands.md',
  )
})
