import { spawnSync } from 'node:child_process'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../_setup.ts'

const SCRIPT = fileURLToPath(new URL('../../scripts/audit.mjs', import.meta.url))

/** The audit with a stand-in for npm that prints this, whatever it is asked. */
function audited(answer: object | string, code = 0) {
  const bin = temporaryFolder()
  const text = typeof answer === 'string' ? answer : JSON.stringify(answer)
  writeFileSync(join(bin, 'npm'), `#!/bin/sh\ncat <<'END'\n${text}\nEND\nexit ${code}\n`)
  chmodSync(join(bin, 'npm'), 0o755)
  const env = { PATH: `${bin}:/usr/bin:/bin` }
  const { status, stdout, stderr } = spawnSync(process.execPath, [SCRIPT], { env, encoding: 'utf8' })
  return { status, output: stdout + stderr }
}

const found = (severity: string) => ({
  auditReportVersion: 2,
  vulnerabilities: {
    hono: { name: 'hono', severity, range: '<4', via: [{ title: 'It is open', url: 'https://a.example' }] },
  },
})

test('the audit of dependencies fails for what is high or critical, with its name and its fault', () => {
  for (const severity of ['high', 'critical'])
    expect(audited(found(severity), 1)).toMatchObject({
      status: 1,
      output: expect.stringMatching(/hono <4: \w+: It is open https:\/\/a\.example/),
    })
  for (const severity of ['low', 'moderate']) expect(audited(found(severity), 1).status).toBe(0)
  expect(audited({ auditReportVersion: 2, vulnerabilities: {} })).toEqual({ status: 0, output: '' })
})

test('a registry that has no audit, or says something else, is passed over with a line that says so', () => {
  const refused = audited({ message: '405 Method Not Allowed', statusCode: 405 }, 1)
  expect(refused).toEqual({ status: 0, output: expect.stringContaining('not audited') })
  expect(refused.output).toContain('405')
  for (const answer of ['', '<html>'])
    expect(audited(answer, 1)).toEqual({ status: 0, output: expect.stringContaining('not audited') })
})
