import { defineEngine } from './define.ts'
import { textAt } from './recipe.ts'

/** Any OpenAI-compatible server that already runs; most tell their version at one of two places, or not at all. */
export const openai = defineEngine({
  name: 'openai',
  binary: null,
  install: 'Nothing is installed: set base_url in the runtime_config to a running engine.',
  readyPath: '/v1/models',
  version: (ask) => textAt(ask, '/version', 'version').catch(() => textAt(ask, '/props', 'build_info')),
})
