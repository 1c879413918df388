import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { type Column, facts, measured, table } from '../../bin/terminal/table.ts'
import { PROGRAM } from '../e2e/_server.ts'
import { serverOfFile } from './_cli.ts'

type Row = { name: string; state: string; n: number }
const columns: Column<Row>[] = [
  { head: 'name', of: ({ name }) => name },
  { head: 'state', of: ({ state }) => state, kind: 'state' },
  { head: 'n', of: ({ n }) => String(n), kind: 'number' },
]
const rows = [
  { name: 'a very long name that does not fit into a narrow terminal', state: 'completed', n: 1 },
  { name: 'b', state: 'failed', n: 1000 },
]

test('a table is as wide as its content where there is room', () => {
  expect(table(columns, rows, { width: 200, colour: false }).split('\n')).toEqual([
    `name${' '.repeat(55)}state         n`,
    `${'─'.repeat(57)}  ─────────  ────`,
    'a very long name that does not fit into a narrow terminal  completed     1',
    `b${' '.repeat(58)}failed     1000`,
  ])
})

test('a table fits a narrow terminal by cutting the widest column', () => {
  for (const width of [30, 40, 60]) {
    const lines = table(columns, rows, { width, colour: false }).split('\n')
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(width)
    expect(lines[2]).toMatch(/^a very .*…/)
  }
})

test('states are coloured without moving columns; text of others cannot colour or move', () => {
  const [, , first, second] = table(columns, rows, { width: 200, colour: true }).split('\n')
  expect(first).toContain('\u001b[32mcompleted\u001b[0m')
  expect(second).toContain('\u001b[31mfailed\u001b[0m     1000')
  const evil = table(columns, [{ name: 'x\u001b[31m\r\nY', state: 's', n: 1 }], { colour: false })
  expect(evil).not.toContain('\u001b')
  expect(evil).not.toContain('\r')
  expect(evil.split('\n')).toHaveLength(3)
})

test('facts leave out what is empty and never cut', () => {
  expect(
    facts([
      ['a', 1],
      ['long', 'x'.repeat(300)],
      ['none', null],
      ['list', []],
    ]),
  ).toBe(`a     1\nlong  ${'x'.repeat(300)}`)
  expect(measured(0.000123456)).toBe('1.2e-4')
  expect(measured(123456.7)).toBe('123,457')
})

test('facts show an object as what it holds', () => {
  const shown = facts([
    ['one', { name: 'output_tps', value: 91.5 }],
    ['several', [{ a: 1 }, 'b', null]],
  ])
  expect(shown).toBe('one      {"name":"output_tps","value":91.5}\nseveral  {"a":1}, b, ')
})

const server = serverOfFile('--insecure')

test('on a terminal there are colours and its width; with NO_COLOR or in a pipe there are none', async () => {
  await server.run('agents', 'provision', 'an-agent-with-a-name-that-is-far-too-long-for-this-terminal')
  await server.run('agents', 'drain', 'an-agent-with-a-name-that-is-far-too-long-for-this-terminal')
  const kitt = PROGRAM.map((word) => `'${word}'`).join(' ')
  const onTerminal = (env: Record<string, string>) =>
    spawnSync('script', ['-qec', `stty cols 60; ${kitt} agents list`, '/dev/null'], {
      env: { PATH: process.env['PATH'] ?? '', TERM: 'xterm', KITT_HOME: server.home(), ...env },
      encoding: 'utf8',
    }).stdout.replaceAll('\r', '')
  expect(onTerminal({})).toContain('\u001b[33mdraining\u001b[0m')
  const plain = onTerminal({ NO_COLOR: '1' })
  expect(plain).toContain('draining')
  expect(plain).not.toContain('\u001b')
  for (const line of plain.split('\n')) expect(line.length).toBeLessThanOrEqual(60)
  const piped = (await server.run('agents', 'list')).stdout
  expect(piped).toContain('an-agent-with-a-name-that-is-far-too-long-for-this-terminal')
  expect(piped).not.toContain('\u001b')
})
