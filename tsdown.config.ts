import { cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { defineConfig } from 'tsdown'
import { licencesOf } from './scripts/licences.ts'

// The program with what it is made of in few files: hundreds of small ones take longer to load than to run.
export default defineConfig({
  entry: { 'bin/kitt': 'bin/kitt.ts', 'app/app': 'app/app.ts' },
  platform: 'node',
  target: 'node20',
  fixedExtension: false,
  dts: false,
  // The dashboard is built beside it, by Vite.
  clean: ['dist/*', '!dist/dashboard'],
  logLevel: 'error',
  deps: {
    alwaysBundle: [/./],
    // The first is native; the others are CommonJS and load more quickly, or only at all, as they are.
    neverBundle: ['libsql', '@peculiar/x509', 'pino', 'pino-pretty', 'yaml'],
    onlyBundle: false,
  },
  // Less to read at each start; names stay, for those who report an error.
  minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
  outputOptions: { chunkFileNames: 'lib/[name]-[hash].js', comments: { legal: true } },
  hooks: {
    'build:done': ({ chunks }) => {
      const modules = chunks.flatMap((chunk) => (chunk.type === 'chunk' ? chunk.moduleIds : []))
      finish(modules)
    },
  },
})

function finish(modules: readonly string[]) {
  cpSync('db/migrations', 'dist/db/migrations', { recursive: true })
  cpSync('app/distribution/install.sh', 'dist/app/distribution/install.sh')
  writeFileSync('dist/LICENSES-OF-PARTS', licencesOf(modules))
  // npm links the commands of packages, not those of the clone itself: this makes "npx kitt" work in it.
  mkdirSync('node_modules/.bin', { recursive: true })
  rmSync('node_modules/.bin/kitt', { force: true })
  symlinkSync('../../dist/bin/kitt.js', 'node_modules/.bin/kitt')
}
