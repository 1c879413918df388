import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { serverOfFile } from './_cli.ts'

const { home, url, run, json } = serverOfFile('--insecure')

/** Imports a result. @returns its id */
async function stored(tps: number): Promise<string> {
  const results = [{ test_name: 'throughput', run_number: 1, passed: true, metrics: { output_tps: tps } }]
  const options = { input_tokens: 64, output_tokens: 32, concurrency: 1 }
  const document = {
    model: 'm',
    engine: 'vllm',
    passed: true,
    hostname: 'node-7',
    config: { options },
    results,
  }
  writeFileSync(join(home(), `${tps}.json`), JSON.stringify(document))
  await run('results', 'import', `${tps}.json`)
  const { items } = await json('results', 'list')
  return items[0].id
}

const shown = async (link: string) => {
  const headers = { 'Kitt-Share': link.split('#')[1] ?? '' }
  const answer = await fetch(`${url()}/api/v1/shared`, { headers })
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
}

test('a link to a result, a comparison or a series is made, listed and revoked', async () => {
  const ids = [await stored(90), await stored(91)] as const
  const made = await run('shares', 'create', ids[0].slice(0, 8), '--name', 'for the vendor')
  expect(made.code, made.stderr).toBe(0)
  expect(made.stderr).toMatch(/^The link "for the vendor", shown this once; it expires \d{4}-.*:\n$/)
  expect(made.stdout).toMatch(/^http.*\/shared#share_[0-9a-f]{64}\n$/)
  const link = made.stdout.trim()
  expect(await shown(link)).toMatchObject({ status: 200, body: { kind: 'result', result: { id: ids[0] } } })

  const both = await json('shares', 'create', ...ids, '--name', 'both', '--expires', '7d', '--hosts')
  expect(Date.parse(both.expires_at) - Date.now()).toBeLessThan(7 * 86_400_000 + 1)
  const [setup] = (await json('setups', 'list')).items
  const series = ['--setup', setup.id, '--metric', 'output_tps', '--name', 'nightly']
  expect(await json('shares', 'create', ...series)).toMatchObject({ id: expect.any(String) })

  const { items, total } = await json('shares', 'list')
  expect(total).toBe(3)
  expect(items.map(({ view }: { view: { kind: string } }) => view.kind).sort()).toEqual([
    'comparison',
    'result',
    'series',
  ])
  const table = (await run('shares', 'list')).stdout
  expect(table).toMatch(new RegExp(`for the vendor +result ${ids[0]} `))
  expect(table).toMatch(/both +comparison of 2 results +hosts /)
  expect(table).toContain(`output_tps of setup ${setup.id}`)
  expect(table).not.toContain('share_')

  expect(await run('shares', 'revoke', 'for the vendor', both.id)).toMatchObject({
    code: 0,
    stderr: 'Revoked for the vendor.\nRevoked both.\n',
  })
  expect((await shown(link)).status).toBe(403)
  expect((await json('shares', 'list')).total).toBe(1)
  const gone = await run('shares', 'revoke', 'both')
  expect(gone).toMatchObject({ code: 1, stdout: '' })
  expect(gone.stderr).toContain('There is no link "both". "kitt shares list" shows them.')
})

test('what is no view is a sentence', async () => {
  const wrong = async (...args: string[]) => {
    const { code, stdout, stderr } = await run('shares', 'create', '--name', 'x', ...args)
    expect([code, stdout]).toEqual([2, ''])
    return stderr
  }
  expect(await wrong()).toContain('Name the results to show, or a setup with --setup and --metric.')
  expect(await wrong('--setup', 'a'.repeat(16))).toContain('name the metric to show with --metric')
  expect(await wrong('b'.repeat(16), '--metric', 'output_tps')).toContain('go with --setup')
  expect(await wrong('b'.repeat(16), '--expires', 'never')).toContain(
    'a link expires after a year at the latest',
  )
})
