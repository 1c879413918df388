import { defineEngine } from '../define.ts'
import { type Place, REPO_ID, textAt } from '../recipe.ts'

const serve = ({ model, name, host, port, args }: Place) => [
  ...['serve', model, ...args],
  ...['--served-model-name', name, '--host', host, '--port', String(port)],
]

/** vLLM: https://docs.vllm.ai */
export const vllm = defineEngine({
  name: 'vllm',
  binary: 'vllm',
  pythonPackage: 'vllm',
  install: 'Install it with: pip install vllm (or use the mode docker).',
  byName: REPO_ID,
  readyPath: '/health',
  // The entry point of its images changed between versions.
  inContainer: (place) => ({
    entrypoint: 'vllm',
    args: serve(place),
    volumes: ['kitt-huggingface:/root/.cache/huggingface'],
  }),
  asProcess: (place) => ({ command: 'vllm', args: serve(place) }),
  version: (ask) => textAt(ask, '/version', 'version'),
})
