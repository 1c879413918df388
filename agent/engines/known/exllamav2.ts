import { basename, dirname } from 'node:path'
import { valid, Word } from '../config.ts'
import { defineEngine } from '../define.ts'
import type { Place } from '../recipe.ts'

const nameOf = (path: string) => valid(Word, basename(path), 'model_path')

const serve = ({ model, host, port, args }: Place) => [
  ...['main.py', '--model-dir', dirname(model), '--model-name', nameOf(model), ...args],
  ...['--disable-auth', 'true', '--host', host, '--port', String(port)],
]

/** ExLlamaV2 behind TabbyAPI: https://github.com/theroyallab/tabbyAPI */
export const exllamav2 = defineEngine({
  name: 'exllamav2',
  binary: 'python3',
  install:
    'Check out TabbyAPI, follow its README, and set directory in the runtime_config to its folder (or use the mode docker).',
  readyPath: '/health',
  inContainer: (place) => ({ entrypoint: 'python3', args: serve(place) }),
  asProcess(place) {
    if (place.config.directory === undefined)
      throw new Error(
        'exllamav2 runs in the checkout of TabbyAPI: set directory in the runtime_config to its folder.',
      )
    return { command: 'python3', args: serve(place) }
  },
  requestModel: ({ model }) => nameOf(model),
  version: async () => null,
})
