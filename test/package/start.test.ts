import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const CHUNKS = 'dist/lib'
const server = () =>
  readdirSync(CHUNKS).find((file) =>
    readFileSync(`${CHUNKS}/${file}`, 'utf8').includes('function runWeb('),
  ) ?? ''
const named = (name: string) => readdirSync(CHUNKS).find((file) => file.startsWith(`${name}-`)) ?? ''

/** What a chunk loads before it runs: its other chunks, and the packages that are not part of it. */
function loaded(chunk: string, found = new Set<string>()): Set<string> {
  if (found.has(chunk)) return found
  found.add(chunk)
  const text = readFileSync(`${CHUNKS}/${chunk}`, 'utf8')
  for (const [, from = ''] of text.matchAll(/(?:^|[;}])import(?:[\w$*{},\s]*from)?\s*"([^"]+)"/gm))
    if (from.startsWith('./')) loaded(from.slice(2), found)
    else if (!from.startsWith('node:')) found.add(from)
  return found
}

test('a server starts without what it may never need: importers, agents, email, a remote database', () => {
  const all = [...loaded(server())]
  expect(all).toContain(named('app'))
  expect(all.filter((name) => !name.endsWith('.js'))).toEqual(expect.arrayContaining(['libsql', 'pino']))
  for (const name of ['upload', 'nodemailer', 'agent', 'gpu-users', 'thread', 'legacy', 'remote'])
    expect(all.filter((one) => one.startsWith(`${name}-`))).toEqual([])
  expect(all).not.toContain('yaml')
  expect([...loaded(named('upload'))]).toContain('yaml')
})
