import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { action, FOLDER, job, text } from './_job.ts'

test('every input and output that an expression names exists; each input is required or has a default', () => {
  const named = [...text.matchAll(/\$\{\{ (.*?) \}\}/g)].flatMap(
    ([, inner = '']) => inner.match(/[\w.-]+\.[\w.-]+/g) ?? [],
  )
  expect(named.length).toBeGreaterThan(15)
  const ids = action.runs.steps.map(({ id }) => id)
  for (const name of named) {
    const [of, ...path] = name.split('.')
    if (of === 'inputs') expect(Object.keys(action.inputs), name).toContain(path.join('.'))
    else if (of === 'steps') expect(ids, name).toContain(path[0])
    else expect(name).toBe('github.token')
  }
  for (const [name, { required, default: value }] of Object.entries(action.inputs))
    expect(required === true || value !== undefined, name).toBe(true)
  const readme = readFileSync(join(FOLDER, 'README.md'), 'utf8')
  for (const name of Object.keys(action.inputs)) expect(readme).toContain(`| \`${name}\``)
})

test('inputs reach scripts as variables only: in a script they would be run', () => {
  for (const { run } of action.runs.steps) expect(run).not.toContain('${{')
})

test('the first step calls kitt gate with the inputs, and adds the report to the summary', async () => {
  const { step, outputs, read } = await job(
    {
      ...{
        results: 'r1  r2',
        baseline: 'v 1',
        limits: 'ttft_ms.p95<300\n\nerror_rate<0.01',
        junit: 'a b.xml',
      },
    },
    { code: 1 },
  )
  expect(await step(0)).toMatchObject({ code: 0 })
  expect(read('args').trim().split('\n')).toEqual([
    ...['gate', 'r1', 'r2', '--baseline', 'v 1', '--junit', 'a b.xml'],
    ...['--limit', 'ttft_ms.p95<300', '--limit', 'error_rate<0.01'],
    ...['--unclear', 'fail', '--markdown', '--output', expect.stringMatching(/kitt-gate\.md$/)],
  ])
  expect(outputs()).toMatchObject({ 'exit-code': '1', report: expect.stringMatching(/kitt-gate\.md$/) })
  expect(read('summary')).toBe('### Worse\n')
  expect((await step(2)).code).toBe(1)
})

test('an input is never run, expanded or taken for a file name', async () => {
  const { step, read, temp } = await job({ results: '$(touch>x) * `id`', baseline: '"; exit 9 #' })
  expect(await step(0)).toMatchObject({ code: 0 })
  expect(read('args').split('\n').slice(0, 6)).toEqual([
    ...['gate', '$(touch>x)', '*', '`id`', '--baseline', '"; exit 9 #'],
  ])
  expect(existsSync(join(temp, 'x'))).toBe(false)
})

test('with run it measures now', async () => {
  const { step, read, outputs } = await job({ run: '--url http://localhost:8000 --runs 3', setup: 's1' })
  await step(0)
  expect(read('args').split('\n').slice(0, 8)).toEqual([
    ...['gate', '--run', '--url', 'http://localhost:8000', '--runs', '3', '--setup', 's1'],
  ])
  expect(outputs()['exit-code']).toBe('0')
  expect((await step(2)).code).toBe(0)
})

const PULL = { pull_request: { number: 7 } }

test('the second step comments on the pull request; the next time it replaces that comment', async () => {
  const report = '### Worse\n\n| a "b" \\| c |\n'
  const { step, github } = await job({}, { event: PULL, report })
  await step(0)
  github.comments.push(...Array.from({ length: 100 }, (_, id) => ({ id, body: 'x <!-- kitt gate -->' })))
  expect(await step(1)).toEqual({ code: 0, output: '' })
  const posted = github.seen.at(-1)
  expect(posted).toMatchObject({ method: 'POST', path: '/repos/lab/engine/issues/7/comments' })
  expect(posted?.authorization).toBe('Bearer gh-secret')
  expect(posted?.body).toEqual({ body: `<!-- kitt gate -->\n${report}` })
  github.comments.push({ id: 123, body: posted?.body?.body ?? '' })
  await step(1)
  expect(github.seen.at(-1)).toMatchObject({ method: 'PATCH', path: '/repos/lab/engine/issues/comments/123' })
})

test('without a pull request it comments nothing', async () => {
  const { step, github } = await job({}, { event: { ref: 'refs/heads/main' } })
  await step(0)
  expect(await step(1)).toMatchObject({ code: 0, output: expect.stringContaining('No pull request') })
  expect(github.seen).toEqual([])
})
