import { cpSync } from 'node:fs'
import { defineConfig } from 'tsdown'

export default defineConfig({
  entry: ['bin/kitt.ts', 'app/app.ts'],
  platform: 'node',
  target: 'node20',
  // One file in, one file out: what looks for files beside itself finds them where they are in the source.
  unbundle: true,
  root: '.',
  fixedExtension: false,
  dts: false,
  hooks: { 'build:done': () => cpSync('db/migrations', 'dist/db/migrations', { recursive: true }) },
})
