/** The server cannot listen on its address; the message is a sentence that says what to do. */
export class ListenError extends Error {
  override name = 'ListenError'
}

/** The `ListenError` for an error that the runtime threw on start. */
export function listenError(error: unknown, { host, port }: { host: string; port: number }): ListenError {
  const code = (error as NodeJS.ErrnoException).code ?? ''
  return new ListenError(
    sentence(code, host, port) ?? `Cannot listen on ${host}, port ${port}: ${String(error)}.`,
    {
      cause: error,
    },
  )
}

function sentence(code: string, host: string, port: number): string | undefined {
  if (code === 'EADDRINUSE') {
    return `Port ${port} on ${host} is already in use: stop the program that uses it or choose another port.`
  }
  if (code === 'EACCES') return `No permission to listen on port ${port}: choose a port above 1023.`
  if (code === 'ENOTFOUND' || code === 'EADDRNOTAVAIL' || code === 'EAI_AGAIN') {
    return `${host} is not an address of this machine: choose one that is, or 0.0.0.0 for all.`
  }
  if (code === 'ERR_SOCKET_BAD_PORT' || code === 'ERR_OUT_OF_RANGE') {
    return `${port} is not a port: choose one from 0 to 65535.`
  }
  if (code.startsWith('ERR_OSSL') || code.startsWith('ERR_SSL')) {
    return 'The certificate and its key cannot be used for TLS: check that they are PEM files that belong together.'
  }
  return undefined
}
