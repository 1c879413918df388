import { expect, test } from 'vitest'
import { manifestEntries, withoutModel } from '../../app/models/manifest.ts'

const entry = { path: '/data/hf/Qwen/X', source: 'huggingface', size_bytes: 5 }
const full = { model_id: 'Qwen/X', ...entry, declared: [], files: [] }

test.each<[shape: string, json: unknown]>([
  ['an array', [{ model_id: 'Qwen/X', ...entry }]],
  ['an array by repo_id', [{ repo_id: 'Qwen/X', name: 'X', ...entry }]],
  ['{ models: array }', { version: 1, models: [{ id: 'Qwen/X', ...entry }] }],
  ['{ models: map }', { models: { 'Qwen/X': entry } }],
  ['a map by id', { 'Qwen/X': entry, version: 1, note: null }],
  ['a map by source::id', { 'huggingface::Qwen/X': { path: entry.path, total_size_bytes: 5 } }],
])('%s is read', (_, json) => {
  expect(manifestEntries(json)).toEqual([full])
})

test('what is no entry or has no id is passed over, odd fields are taken as missing', () => {
  const json = [
    1,
    null,
    'x',
    {},
    { model_id: '' },
    { model_id: 'a', path: 7, size_bytes: -1, files: 'a.gguf', format: ['gguf'] },
  ]
  expect(manifestEntries(json)).toEqual([
    { model_id: 'a', path: '', source: 'unknown', size_bytes: 0, declared: ['gguf'], files: ['a.gguf'] },
  ])
})

test.each([1, 'x', null, true])('%j is no manifest', (json) => {
  expect(manifestEntries(json)).toBeNull()
})

test.each<[before: unknown, after: unknown]>([
  [
    [{ model_id: 'a', own: 1 }, { model_id: 'b' }, 7],
    [{ model_id: 'b' }, 7],
  ],
  [
    { v: 1, models: [{ id: 'a' }, { id: 'b' }] },
    { v: 1, models: [{ id: 'b' }] },
  ],
  [{ models: { a: {}, 's::a': {}, b: { x: [] } } }, { models: { b: { x: [] } } }],
  [
    JSON.parse('{"s::a": {"path": "p"}, "__proto__": {"path": "q"}}'),
    JSON.parse('{"__proto__": {"path": "q"}}'),
  ],
])('%j without a is %j', (before, after) => {
  expect(JSON.stringify(withoutModel(before, 'a'))).toBe(JSON.stringify(after))
})
