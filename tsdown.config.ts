import { cpSync, mkdirSync, rmSync, symlinkSync } from 'node:fs'
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
  // The dashboard is built beside it, by Vite.
  clean: ['dist/*', '!dist/dashboard'],
  logLevel: 'error',
  hooks: { 'build:done': finish },
})

function finish() {
  cpSync('db/migrations', 'dist/db/migrations', { recursive: true })
  cpSync('app/distribution/install.sh', 'dist/app/distribution/install.sh')
  // npm links the commands of packages, not those of the clone itself: this makes "npx kitt" work in it.
  mkdirSync('node_modules/.bin', { recursive: true })
  rmSync('node_modules/.bin/kitt', { force: true })
  symlinkSync('../../dist/bin/kitt.js', 'node_modules/.bin/kitt')
}
