import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { budget } from './build/budget.ts'
import { compress } from './build/compress.ts'
import { visibleJsx } from './build/visible-jsx.ts'

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [visibleJsx(), react(), budget(250), compress()],
  build: {
    outDir: fileURLToPath(new URL('../dist/dashboard', import.meta.url)),
    emptyOutDir: true,
    target: ['chrome123', 'firefox121', 'safari17.5'],
    // Inlined data: URLs would need a weaker Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // The first load is one file on purpose; the budget plugin limits its size.
    chunkSizeWarningLimit: 1000,
    rolldownOptions: {
      // One file for the first page and one shared by the others: many small files load more slowly.
      output: {
        codeSplitting: {
          groups: [
            { name: 'first', tags: ['$initial'], priority: 1 },
            { name: 'shared', test: /dashboard\/src\/(ui|api|lib|live)\// },
          ],
        },
      },
    },
  },
})
