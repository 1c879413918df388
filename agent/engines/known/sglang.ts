import { defineEngine } from '../define.ts'
import { type Place, REPO_ID, textAt } from '../recipe.ts'

const launch = ({ model, name, host, port, args }: Place) => [
  ...['-m', 'sglang.launch_server', '--model-path', model, ...args],
  ...['--served-model-name', name, '--host', host, '--port', String(port)],
]

/** SGLang: https://docs.sglang.ai */
export const sglang = defineEngine({
  name: 'sglang',
  binary: 'python3',
  pythonPackage: 'sglang',
  install: 'Install it with: pip install "sglang[all]" (or use the mode docker).',
  byName: REPO_ID,
  // /health answers before the model is ready.
  readyPath: '/health_generate',
  inContainer: (place) => ({
    entrypoint: 'python3',
    args: launch(place),
    volumes: ['kitt-huggingface:/root/.cache/huggingface'],
  }),
  asProcess: (place) => ({ command: 'python3', args: launch(place) }),
  version: async (ask) =>
    (await textAt(ask, '/get_server_info', 'version').catch(() => null)) ??
    (await textAt(ask, '/server_info', 'version')),
})
