import { expect, test } from 'vitest'
import { modelName, recordedModel } from '../../lib/model-name.ts'

test.each([
  ['Qwen/Qwen2.5-7B', 'Qwen/Qwen2.5-7B', null],
  ['/data/models/Qwen2.5-7B', 'Qwen2.5-7B', null],
  ['/models/qwen/model.gguf', 'qwen/model.gguf', null],
  ['models/tiny-llama.gguf', 'tiny-llama.gguf', null],
  ['/c/hub/models--Qwen--Qwen2.5-7B/snapshots/0123456789abcdef', 'Qwen/Qwen2.5-7B', '0123456789abcdef'],
  ['C:\\models\\phi-4', 'phi-4', null],
])('the model %s is %s', (given, name, revision) => {
  expect(modelName(given)).toEqual({ name, revision })
})

test.each([
  ['/models/qwen/q4.gguf', 'q4.gguf'],
  ['models/tiny.GGUF', 'tiny.GGUF'],
  ['q4.gguf', 'q4.gguf'],
  ['qwen/model.gguf', 'qwen/model.gguf'],
  ['Qwen/Qwen2.5-7B', 'Qwen/Qwen2.5-7B'],
  ['/data/models/Qwen2.5-7B', '/data/models/Qwen2.5-7B'],
])('a result of %s is of the model %s', (given, name) => {
  expect(recordedModel(given)).toBe(name)
  expect(recordedModel(name)).toBe(name)
})
