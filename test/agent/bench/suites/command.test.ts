import { expect, test } from 'vitest'
import { commandOf } from '../../../../agent/bench/suites/suite-setup.ts'
import { shellWord } from '../../../../lib/shell.ts'

test.each([
  ['Qwen/Qwen2.5-7B', 'Qwen/Qwen2.5-7B'],
  ['http://h:1/v1?a=%20', "'http://h:1/v1?a=%20'"],
  ['http://h:1/v1,x@y+z', 'http://h:1/v1,x@y+z'],
  ['a b', "'a b'"],
  ["it's; rm -rf", "'it'\\''s; rm -rf'"],
  ['', "''"],
])('the shell word for %j is %s', (word, quoted) => {
  expect(shellWord(word)).toBe(quoted)
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
