import { own } from '../../lib/own.ts'
import type { Told } from './told.ts'

const FLAGS: Record<string, { on?: string; off: string }> = {
  vllm: { on: '--enable-prefix-caching', off: '--no-enable-prefix-caching' },
  sglang: { off: '--disable-radix-cache' },
  llama_cpp: { on: '--cache-prompt', off: '--no-cache-prompt' },
}

/**
 * Whether an engine keeps prompts for later ones, as it tells or as its arguments say; null where neither does:
 * what an engine does unless told changed with its versions.
 */
export function prefixCacheOf(engine: string, args: readonly string[], told: Told): boolean | null {
  if (typeof told['enable_prefix_caching'] === 'boolean') return told['enable_prefix_caching']
  if (typeof told['disable_radix_cache'] === 'boolean') return !told['disable_radix_cache']
  const flag = own(FLAGS, engine)
  if (!flag) return null
  let found: boolean | null = null
  for (const [i, arg] of args.entries()) {
    const [name = '', value] = arg.split(/=(.*)/s)
    if (name === flag.off) found = false
    else if (name === flag.on) found = !/^(false|0)$/i.test(value ?? '')
    else if (engine === 'llama_cpp' && name === '--cache-reuse') {
      // Reusing chunks of at least so many tokens is a prefix cache and more; 0 turns that more off.
      if (Number(value ?? args[i + 1]) > 0) found = true
    }
  }
  return found
}
