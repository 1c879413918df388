import { own } from '../../lib/own.ts'
import type { Reported } from './reported.ts'

const FLAGS: Record<string, { on?: string; off: string }> = {
  vllm: { on: '--enable-prefix-caching', off: '--no-enable-prefix-caching' },
  sglang: { off: '--disable-radix-cache' },
  llama_cpp: { on: '--cache-prompt', off: '--no-cache-prompt' },
}

/**
 * Whether prefix caching is on, as reported by the engine or set by its arguments; null when neither says so:
 * defaults differ between versions.
 */
export function prefixCacheOf(engine: string, args: readonly string[], reported: Reported): boolean | null {
  if (typeof reported['enable_prefix_caching'] === 'boolean') return reported['enable_prefix_caching']
  if (typeof reported['disable_radix_cache'] === 'boolean') return !reported['disable_radix_cache']
  const flag = own(FLAGS, engine)
  if (!flag) return null
  let found: boolean | null = null
  for (const [i, arg] of args.entries()) {
    const [name = '', value] = arg.split(/=(.*)/s)
    if (name === flag.off) found = false
    else if (name === flag.on) found = !/^(false|0)$/i.test(value ?? '')
    else if (engine === 'llama_cpp' && name === '--cache-reuse') {
      // A chunk size above 0 implies prefix caching; 0 says nothing about it.
      if (Number(value ?? args[i + 1]) > 0) found = true
    }
  }
  return found
}
