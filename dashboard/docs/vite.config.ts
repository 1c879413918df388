import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'
import { compress } from '../build/compress.ts'

/** The API reference is a separate page, so that the dashboard does not load it. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/docs/',
  publicDir: false,
  plugins: [compress()],
  build: {
    outDir: fileURLToPath(new URL('../../dist/dashboard/docs', import.meta.url)),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 2000,
  },
})
