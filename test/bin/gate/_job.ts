import { spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { onTestFinished } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { startGitHub } from './_github.ts'

export const FOLDER = resolve('packaging/action')
export const text = readFileSync(join(FOLDER, 'action.yml'), 'utf8')

const Step = z.strictObject({
  id: z.string().optional(),
  name: z.string(),
  if: z.string().optional(),
  shell: z.literal('bash'),
  env: z.record(z.string(), z.string()),
  run: z.string(),
})
/** What GitHub knows of a composite action. */
const Action = z.strictObject({
  name: z.string(),
  description: z.string().max(125),
  author: z.string(),
  branding: z.strictObject({
    icon: z.literal('activity'),
    color: z.enum(['white', 'black', 'yellow', 'blue', 'green', 'orange', 'red', 'purple', 'gray-dark']),
  }),
  inputs: z.record(
    z.string().regex(/^[a-z_][\w-]*$/),
    z.strictObject({
      description: z.string(),
      required: z.boolean().optional(),
      default: z.string().optional(),
    }),
  ),
  outputs: z.record(z.string(), z.strictObject({ description: z.string(), value: z.string() })),
  runs: z.strictObject({ using: z.literal('composite'), steps: z.array(Step).min(1) }),
})
export const action = Action.parse(parse(text))

/** A job on a runner: what the inputs are, a stand-in for kitt that ends with `code`, and GitHub's API. */
export async function job(
  given: Record<string, string>,
  { code = 0, event = {} as object, report = '### Worse\n' } = {},
) {
  const temp = mkdtempSync(join(tmpdir(), 'kitt-action-'))
  onTestFinished(() => rmSync(temp, { recursive: true, force: true }))
  const file = (name: string) => join(temp, name)
  const kitt = `#!/usr/bin/env bash
printf '%s\\n' "$@" >'${file('args')}'
while [ $# -gt 0 ]; do [ "$1" = --output ] && cat '${file('given.md')}' >"$2"; shift; done
exit ${code}
`
  for (const [name, content] of Object.entries({ kitt, 'given.md': report, output: '', summary: '' }))
    writeFileSync(file(name), content)
  chmodSync(file('kitt'), 0o755)
  writeFileSync(file('event.json'), JSON.stringify(event))
  const defaults = Object.fromEntries(
    Object.entries(action.inputs).map(([name, one]) => [name, one.default ?? '']),
  )
  const inputs = { ...defaults, 'github-token': 'gh-secret', kitt: file('kitt'), ...given }
  const github = await startGitHub()
  const outputs = () =>
    Object.fromEntries(
      readFileSync(file('output'), 'utf8')
        .split('\n')
        .map((line) => line.split('=')),
    )
  const value = (of: string) =>
    of
      .replace(/\$\{\{ inputs\.([\w-]+) \}\}/g, (_, name) => inputs[name as keyof typeof inputs] ?? '')
      .replace(/\$\{\{ steps\.gate\.outputs\.([\w-]+) \}\}/g, (_, name) => outputs()[name] ?? '')
  const step = (index: number) => {
    const { env, run } = action.runs.steps[index] as z.infer<typeof Step>
    return bash(run, {
      ...{ PATH: process.env['PATH'] ?? '', RUNNER_TEMP: temp, GITHUB_ACTION_PATH: FOLDER },
      ...{ GITHUB_OUTPUT: file('output'), GITHUB_STEP_SUMMARY: file('summary') },
      ...{
        GITHUB_EVENT_PATH: file('event.json'),
        GITHUB_REPOSITORY: 'lab/engine',
        GITHUB_API_URL: github.url,
      },
      ...Object.fromEntries(Object.entries(env).map(([name, of]) => [name, value(of)])),
    })
  }
  const read = (name: string) => readFileSync(file(name), 'utf8')
  return { step, outputs, github, read, temp }
}

/** As a runner runs a step of `shell: bash`; nothing here is blocked meanwhile. */
async function bash(script: string, env: Record<string, string>) {
  const child = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], { env })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk
    })
  const code = await new Promise<number | null>((done) => child.once('close', done))
  return { code, output }
}
