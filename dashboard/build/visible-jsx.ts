import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vite'

const OURS = fileURLToPath(new URL('../src/ui/jsx-runtime.ts', import.meta.url))

/** Has every element of the page, also those of libraries, made by `src/ui/jsx-runtime.ts`. */
export const visibleJsx = (): Plugin => ({
  name: 'visible-jsx',
  apply: 'build',
  enforce: 'pre',
  resolveId: (source, importer) => (source === 'react/jsx-runtime' && importer !== OURS ? OURS : undefined),
})
