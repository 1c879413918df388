import { expect, test } from 'vitest'
import { fixedPrompts, promptsOfFile, syntheticPrompts } from '../../../agent/bench/prompts.ts'

test('synthetic prompts have the asked length, differ in every request, run and seed, and come again with the seed', () => {
  const prompts = syntheticPrompts(200, 7)
  expect(prompts(0).split(' ')).toHaveLength(200)
  const other = syntheticPrompts(200, 8)
  const seen = new Set([...Array(100).keys()].flatMap((i) => [prompts(i), other(i)]))
  expect(seen.size).toBe(200)
  expect(syntheticPrompts(200, 7)(42)).toBe(prompts(42))
})

test('synthetic prompts share no long prefix that a cache could keep', () => {
  const prompts = [...Array(200).keys()].map((i) =>
    syntheticPrompts(64, 1)(i).split(' ').slice(0, 4).join(' '),
  )
  expect(new Set(prompts).size).toBe(200)
})

test('fixed prompts come in turn', () => {
  expect([0, 1, 2, 3].map(fixedPrompts(['a', 'b']))).toEqual(['a', 'b', 'a', 'b'])
  expect(() => fixedPrompts([])).toThrow('at least one')
})

test.each([
  ['one\ntwo\r\n\nthree\n', ['one', 'two', 'three']],
  ['["one", "two\\nlines"]', ['one', 'two\nlines']],
  ['{"prompt": "one"}\n{"prompt": "two"}\n{"other": 1}', ['one', 'two']],
  ['{not json', ['{not json']],
])('the file %j holds %j', (content, expected) => {
  expect(promptsOfFile(content)).toEqual(expected)
})

test.each(['', '\n \n', '[]', '[1, 2]'])('the file %j is refused for having no prompt', (content) => {
  expect(() => promptsOfFile(content)).toThrow('holds no prompt')
})

test('a broken JSON list is refused with what to check', () => {
  expect(() => promptsOfFile('["a", ')).toThrow('brackets and quotes')
})
