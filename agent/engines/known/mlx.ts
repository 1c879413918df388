import { defineEngine } from '../define.ts'
import { REPO_ID } from '../recipe.ts'

/** MLX's server, on Apple silicon: https://github.com/ml-explore/mlx-lm */
export const mlx = defineEngine({
  name: 'mlx',
  binary: 'mlx_lm.server',
  pythonPackage: 'mlx-lm',
  install: 'Install it with: pip install mlx-lm (Apple silicon only).',
  byName: REPO_ID,
  readyPath: '/v1/models',
  asProcess: ({ model, host, port, args }) => ({
    command: 'mlx_lm.server',
    args: ['--model', model, ...args, '--host', host, '--port', String(port)],
  }),
  // It loads the model that a request names, so requests name the files.
  requestModel: ({ model }) => model,
  version: async () => null,
})
