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
  ['\ufeffone', ['one']],
  ['["one", {"prompt": "two"}]', ['one', 'two']],
  ['{"prompt": "one"}\n\n{"prompt": "two", "id": 7}', ['one', 'two']],
  [
    '{"messages":[{"role":"system","content":"be brief"},{"role":"user","content":"one"}]}',
    ['be brief\n\none'],
  ],
  ['{"messages":[{"role":"user","content":[{"type":"text","text":"one"},{"type":"image"}]}]}', ['one']],
])('the file %j holds %j', (content, expected) => {
  expect(promptsOfFile(content)).toEqual(expected)
})

test.each(['', '\n \n', '[]'])('the file %j is refused for having no prompt', (content) => {
  expect(() => promptsOfFile(content)).toThrow('has no prompt')
})

test.each([
  ['one\n\n{"prompt": "two"', /^Line 3 of the prompt file starts like JSON but is not valid JSON/],
  ['{"prompt": "one"}\n{"other": 1}', /^Line 2 of the prompt file has no prompt/],
  ['{"prompt": "one"}\n{"prompt": " "}', /^Line 2 /],
  ['{"prompt": 7}', /^Line 1 /],
  ['{"messages": []}', /^Line 1 /],
  ['["one", 2]', /^Entry 2 of the prompt file has no prompt/],
  ['["one", null]', /^Entry 2 /],
])('the file %j is refused with the place of what is no prompt', (content, sentence) => {
  expect(() => promptsOfFile(content)).toThrow(sentence)
})

test('a broken JSON list is refused with what to check', () => {
  expect(() => promptsOfFile('["a", ')).toThrow('brackets and quotes')
})
