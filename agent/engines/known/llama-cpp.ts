import { defineEngine } from '../define.ts'
import { ggufOf } from '../gguf.ts'
import { type Place, textAt } from '../recipe.ts'

const serve = ({ model, name, host, port, args }: Place) => [
  // Older builds keep all layers on the CPU by default; a profile's own value comes later and wins.
  ...['--model', model, '--n-gpu-layers', '999', ...args],
  ...['--alias', name, '--host', host, '--port', String(port)],
]

/** llama.cpp's server: https://github.com/ggml-org/llama.cpp */
export const llamaCpp = defineEngine({
  name: 'llama_cpp',
  binary: 'llama-server',
  install: 'Install it with: brew install llama.cpp, or build it from source (or use the mode docker).',
  weights: ggufOf,
  readyPath: '/health',
  inContainer: (place) => ({ args: serve(place) }),
  asProcess: (place) => ({ command: 'llama-server', args: serve(place) }),
  version: (ask) => textAt(ask, '/props', 'build_info'),
})
