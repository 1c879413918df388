import { defineEngine } from '../define.ts'
import { textAt } from '../recipe.ts'

/** Any running OpenAI-compatible server; most report their version at one of two paths, or not at all. */
export const openai = defineEngine({
  name: 'openai',
  binary: null,
  install: 'Nothing is installed: set base_url in the runtime_config to a running engine.',
  readyPath: '/v1/models',
  version: async (ask) =>
    (await textAt(ask, '/version', 'version').catch(() => null)) ??
    (await textAt(ask, '/props', 'build_info')),
})
