import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

test('helpers of tests register no hook when they are imported: files share them, and only the first would have it', () => {
  const helpers = execFileSync('git', ['ls-files', 'test/**/_*.ts', 'test/_*.ts'], { encoding: 'utf8' })
    .split('\n')
    .filter((file) => file !== '')
  expect(helpers.length).toBeGreaterThan(20)
  const hooks = /^(before|after)(Each|All)\(|^onTestFinished\(/m
  expect(helpers.filter((file) => hooks.test(readFileSync(file, 'utf8')))).toEqual([])
})
