import type { ServerCertificate } from './certificate.ts'

const HOUR_MS = 3_600_000

/** Runs `task` once after `ms`; the returned function cancels it. */
export type SetTimer = (task: () => void, ms: number) => () => void

const realTimer: SetTimer = (task, ms) => {
  const timer = setTimeout(task, ms)
  timer.unref()
  return () => clearTimeout(timer)
}

/**
 * Checks every hour for another certificate to serve, so that a renewal needs no restart. Returns a function that
 * stops it.
 *
 * @param options.load loads the certificate; if it throws, the served one stays and `onError` is called
 * @param options.onRenewed called with every certificate that differs from the served one
 * @example startRenewal({ current, load: () => ensureCertificates({ dir, now: new Date() }), onRenewed: server.setSecureContext, onError })
 */
export function startRenewal<T extends Pick<ServerCertificate, 'cert' | 'key'>>(options: {
  current: T
  load: () => Promise<T>
  onRenewed: (renewed: T) => void | Promise<void>
  onError: (error: unknown) => void
  setTimer?: SetTimer
  everyMs?: number
}): () => void {
  const { load, onRenewed, onError, setTimer = realTimer, everyMs = HOUR_MS } = options
  let served = options.current.cert
  let stopped = false
  let cancel = setTimer(check, everyMs)

  async function check(): Promise<void> {
    try {
      const found = await load()
      if (!stopped && found.cert !== served) {
        await onRenewed(found)
        served = found.cert
      }
    } catch (error) {
      onError(error)
    }
    if (!stopped) cancel = setTimer(check, everyMs)
  }

  return () => {
    stopped = true
    cancel()
  }
}
