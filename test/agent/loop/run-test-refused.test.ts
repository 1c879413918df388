import { expect, test } from 'vitest'
import { testHost } from '../_test-host.ts'

const REFUSED: [string, object, RegExp][] = [
  [
    'a model that is nowhere',
    { engine_name: 'llama_cpp', model_path: 'none.gguf' },
    /none\.gguf is neither in the model directory nor on the share/,
  ],
  ['an unknown engine', { engine_name: 'tgi' }, /^This agent does not know the engine tgi, only vllm, /],
  ['an engine of virtual agents', { engine_name: 'simulated' }, /virtual agents only/],
  ['an unknown benchmark', { benchmark_name: 'mmlu' }, /^test\.benchmark_name: /],
  ['options that are none', { options: { requests: 'many' } }, /^test\.options\.requests: /],
  [
    'a profile with unknown settings',
    { build_config: { dockerfile: 'FROM x' } },
    /^build_config: Unrecognized key: "dockerfile"/,
  ],
  ['a model that is an option', { model_path: '--x' }, /^test\.model_path: must not start with "-"/],
]

test('what cannot be run fails the test in one sentence, and nothing is started', async () => {
  const { run, nothingLeft, at } = await testHost()
  for (const [what, more, message] of REFUSED) {
    await expect(run('docker', {}, more), what).rejects.toThrow(message)
    expect(at.calls().filter(([one]) => one === 'run')).toEqual([])
    nothingLeft()
  }
})
