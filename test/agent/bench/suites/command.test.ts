import { expect, test } from 'vitest'
import { createSimulator } from '../../../../agent/bench/simulator/simulator.ts'
import { commandOf, shellQuote } from '../../../../agent/bench/suites/command.ts'
import type { RunSuiteOptions } from '../../../../agent/bench/suites/suite-setup.ts'
import { runSuite } from '../../../../agent/bench/suites/suites.ts'

const about = {
  baseUrl: 'http://simulated',
  model: 'm',
  engine: 'simulated',
  suite: 'quick',
  kittVersion: '0',
} as const

async function _one(more: Partial<RunSuiteOptions>, simulator = {}) {
  const fetch = createSimulator({ ttftMs: 10, tpotMs: 2, ...simulator }).request
  const document = await runSuite({ ...about, fetch, ...more })
  return { document, metrics: document.results[0]!.metrics, codes: document.warnings.map((w) => w.code) }
}

test.each([
  ['Qwen/Qwen2.5-7B', 'Qwen/Qwen2.5-7B'],
  ['a b', "'a b'"],
  ["it's; rm -rf", "'it'\\''s; rm -rf'"],
  ['', "''"],
])('the shell word for %j is %s', (word, quoted) => {
  expect(shellQuote(word)).toBe(quoted)
  const command = commandOf({
    baseUrl: 'http://h',
    model: word,
    engine: 'e',
    suite: 's',
    benchmarks: [],
    options: {},
  })
  expect(command).toContain(`--model ${quoted} --engine`)
})
