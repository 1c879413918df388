import { gzipSync } from 'node:zlib'
import type { Plugin, Rollup } from 'vite'

/** The page that must be in the first load, as most people open it first. */
const FIRST_PAGE = '/pages/overview/OverviewPage.tsx'

/** Fails the build when the JavaScript of the first load, gzipped, is larger than `limitKb` × 1024 bytes. */
export function budget(limitKb: number): Plugin {
  return {
    name: 'kitt:budget',
    apply: 'build',
    generateBundle(_options, bundle) {
      const chunks = Object.values(bundle).filter((file) => file.type === 'chunk')
      const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]))
      const loaded = reachable(
        chunks.filter((chunk) => chunk.isEntry),
        byName,
      )
      if (![...loaded].some(({ moduleIds }) => moduleIds.some((id) => id.endsWith(FIRST_PAGE))))
        this.error('The first page is not in the first load: has its file moved?')
      const bytes = sizeOf(loaded)
      const size = `${(bytes / 1024).toFixed(1)} KB`
      if (bytes > limitKb * 1024)
        this.error(`The first load is ${size} of compressed JavaScript; the limit is ${limitKb} KB.`)
      this.info(`first load: ${size} of compressed JavaScript (limit ${limitKb} KB)`)
    },
  }
}

type Chunk = Rollup.OutputChunk

/** The chunks and all that they import statically. */
function reachable(start: Chunk[], byName: Map<string, Chunk>): Set<Chunk> {
  const found = new Set<Chunk>()
  const visit = (chunk: Chunk | undefined) => {
    if (!chunk || found.has(chunk)) return
    found.add(chunk)
    for (const name of chunk.imports) visit(byName.get(name))
  }
  start.forEach(visit)
  return found
}

const sizeOf = (chunks: Set<Chunk>) =>
  [...chunks].reduce((sum, chunk) => sum + gzipSync(chunk.code, { level: 9 }).length, 0)
