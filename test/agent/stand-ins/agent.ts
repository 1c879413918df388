import { llamaCpp } from '../../../agent/engines/known/llama-cpp.ts'
import { vllm } from '../../../agent/engines/known/vllm.ts'
import { createEngineRecord } from '../../../agent/engines/record.ts'

// Stands in for an agent that is killed in mid-test: starts an engine in the mode it is told and says when it is ready.
const [mode = 'native', home = '', plan = '{}', file = ''] = process.argv.slice(2)
const native = mode === 'native'
await (native ? llamaCpp : vllm).start(
  { name: 'm', path: native ? file : null },
  {
    id: '0123456789abcdef',
    mode: native ? 'native' : 'docker',
    config: { env: { VLLM_STAND_IN_PLAN: plan } },
    host: {
      home,
      env: process.env,
      gpu: 'none',
      record: createEngineRecord(home),
      newId: () => crypto.randomUUID(),
      pollMs: 30,
    },
    log: () => {},
    signal: new AbortController().signal,
  },
)
console.log('ready')
