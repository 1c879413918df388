import type { Deps } from '../deps.ts'

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|localhost|[\w-]+\.localhost|\[::1\]|::1)$/i
const WILDCARDS = ['', '0.0.0.0', '::']

/** Whether a host name or address means the machine itself. */
export const isLoopback = (host: string): boolean => LOOPBACK.test(host)

/** The address for other machines, and a sentence if they cannot reach it. */
export type Reachable = { url: string; warning?: string }

/**
 * The URL under which a GPU host reaches this server: the configured one; otherwise the one that was asked, with an address of
 * the local network instead of loopback.
 * @param origin the URL that the request was sent to
 */
export function reachableUrl(
  { config, lanHost }: Pick<Deps, 'config' | 'lanHost'>,
  origin: string,
): Reachable {
  if (config.public_url) return { url: config.public_url.replace(/\/+$/, '') }
  const asked = new URL(origin)
  if (!isLoopback(asked.hostname)) return { url: origin }
  if (isLoopback(config.host))
    return {
      url: origin,
      warning: `This server listens on ${config.host} alone: other machines cannot reach it. Start it without --host ${config.host}, or set KITT_PUBLIC_URL to the address of its proxy.`,
    }
  const host = WILDCARDS.includes(config.host) ? lanHost?.() : config.host
  if (host === undefined)
    return {
      url: origin,
      warning:
        'This machine has no address in a network. Set KITT_PUBLIC_URL to the one under which others reach this server.',
    }
  asked.hostname = host.includes(':') ? `[${host.replace(/^\[|\]$/g, '')}]` : host
  return { url: asked.origin }
}
