import { defineConfig } from 'tsdown'

// The client for others: one file for Node, Bun and browsers, its types complete in themselves.
export default defineConfig({
  entry: { client: 'app/client/client.ts' },
  outDir: 'dist/client',
  platform: 'neutral',
  target: 'es2022',
  fixedExtension: false,
  dts: true,
})
