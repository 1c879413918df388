import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import type { Plugin } from 'vite'

const TEXT = /\.(js|css|html|svg|json)$/
const MIN_BYTES = 512

/** Writes `.br` and `.gz` beside every text file of the build, so that the server does not compress them. */
export function compress(): Plugin {
  let outDir = ''
  return {
    name: 'kitt:compress',
    apply: 'build',
    configResolved: (config) => {
      outDir = config.build.outDir
    },
    closeBundle: {
      order: 'post',
      handler() {
        for (const path of filesIn(outDir)) {
          const bytes = readFileSync(path)
          if (!TEXT.test(path) || bytes.length < MIN_BYTES) continue
          const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } }
          writeFileSync(`${path}.br`, brotliCompressSync(bytes, quality))
          writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }))
        }
      },
    },
  }
}

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
