import type { Deps } from '../deps.ts'
import { Unavailable } from '../errors.ts'
import { createDevonClient, type DevonClient, type DevonOptions } from './devon.ts'

/**
 * Devon as the settings name it now.
 *
 * @param signal ends its calls early
 * @throws {Unavailable} when no Devon is configured, or its key cannot be opened
 */
export function devonOf(
  { settings }: Deps,
  { signal, ...options }: Pick<DevonOptions, 'downloadTimeoutMs'> & { signal?: AbortSignal } = {},
): DevonClient {
  const address = settings.devon()
  if (!address) throw new Unavailable('Devon is not configured. An administrator can set devon_url.')
  if (address.problem) throw new Unavailable(address.problem)
  return createDevonClient({
    ...address,
    ...options,
    fetch: (url, init) => fetch(url, { ...init, signal: either(init.signal, signal) }),
  })
}

const either = (...signals: (AbortSignal | null | undefined)[]) =>
  AbortSignal.any(signals.filter((signal) => signal instanceof AbortSignal))
