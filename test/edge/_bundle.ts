import { builtinModules } from 'node:module'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Modules that only some runtimes have; a bundle says which of them it would still import. */
const OF_A_RUNTIME = ['node:*', 'bun', 'bun:*', 'cloudflare:*', '*.node', ...builtinModules]

/**
 * Bundles for a runtime that has the Web's own API and nothing else.
 * @param entries relative to the project
 * @param outdir where the bundles go; nowhere if not given
 * @returns `file imports module` for every module that only some runtimes have
 */
export async function bundleForWeb(entries: string[], outdir?: string): Promise<string[]> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: entries,
    bundle: true,
    // What many entries share is put together once; what is served is one file, as the runtime knows no other.
    splitting: outdir === undefined,
    format: 'esm',
    target: 'es2022',
    platform: 'neutral',
    conditions: ['workerd', 'browser'],
    mainFields: ['browser', 'module', 'main'],
    external: OF_A_RUNTIME,
    metafile: true,
    logLevel: 'silent',
    ...(outdir === undefined ? { write: false, outdir: 'none' } : { outdir, entryNames: '[name]' }),
  })
  return Object.entries(metafile.inputs).flatMap(([file, { imports }]) =>
    imports.filter(({ external }) => external).map(({ path }) => `${file} imports ${path}`),
  )
}
