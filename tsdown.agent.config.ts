import { rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { defineConfig } from 'tsdown'
import { packAgent } from './scripts/pack-agent.ts'

// The agent for other machines: one file that needs nothing beside Node or Bun, packed for the server to hand out.
export default defineConfig({
  entry: { 'kitt-agent': 'bin/kitt-agent.ts' },
  outDir: 'dist/agent/bundle',
  platform: 'node',
  target: 'node20',
  fixedExtension: true,
  dts: false,
  minify: true,
  sourcemap: false,
  deps: { alwaysBundle: [/./], onlyBundle: false },
  outputOptions: { codeSplitting: false, comments: { legal: true } },
  hooks: {
    'build:done': ({ chunks, options: { outDir } }) => {
      const modules = chunks.flatMap((chunk) => (chunk.type === 'chunk' ? chunk.moduleIds : []))
      packAgent(`${outDir}/kitt-agent.mjs`, modules, dirname(outDir))
      rmSync(outDir, { recursive: true })
    },
  },
})
