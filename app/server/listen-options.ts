import type { OpenStream } from '../events/sink.ts'

/** What the app is told about a request beside the request itself, the same on Node and Bun. */
export type ListenEnv = {
  /** The peer's IP address; an IPv4 one is never written as `::ffff:…`. Behind a proxy it is the proxy's. */
  remoteAddress: string
  /** Whether the request came over TLS. */
  secure: boolean
  /** Ends the connection of this request at once: its peer takes nothing more. */
  cut(): void
  /** The first header of a lower-case name, where the runtime has a lighter way than the Headers of a Request. */
  header?(name: string): string | undefined
  /** Sets a header of the answer, unless the answer has one of that name. */
  setHeader?(name: string, value: string): void
  /** Answers with an event stream, where the runtime has a lighter way than a ReadableStream. */
  openStream?: OpenStream
}

export type TlsOptions = {
  /** PEM: the server's certificate with its chain. */
  cert: string
  /** PEM: the private key, without a passphrase. */
  key: string
  /** PEM: turns on mutual TLS; a client certificate that is shown has to be signed by this CA. */
  clientCa?: string | undefined
  /** Refuses clients that show no certificate. */
  requireClientCert?: boolean | undefined
}

/** Limits on how long a peer may take to send, and to take the next part of its answer. In milliseconds. */
export type Timeouts = {
  /** For the TLS handshake and the headers of a request. */
  headersMs: number
  /** For the whole request, its body included. */
  requestMs: number
  /** For a connection on which nothing is under way. */
  idleMs: number
  /** For a reader that takes nothing of what waits for it. */
  stalledMs: number
}

type ListenLog = { debug: (fields: object, message: string) => void }

export type ListenOptions = {
  fetch: (request: Request, env: ListenEnv) => Response | Promise<Response>
  host: string
  /** 0 takes any free port. */
  port: number
  tls?: TlsOptions | undefined
  timeouts?: Partial<Timeouts> | undefined
  log?: ListenLog | undefined
}

export type Listening = {
  /** Where a program on this machine reaches the server, `https://localhost:8080`. */
  url: string
  port: number
  /** Accepts nothing new, lets what is under way finish for at most `deadlineMs`, then cuts it. */
  close: (deadlineMs: number) => Promise<void>
  /** Serves another certificate from now on; open connections stay. Only with TLS. */
  setSecureContext?: (renewed: Pick<TlsOptions, 'cert' | 'key'>) => void
}

/** What the runtimes get: the options with every limit set. */
export type CompleteOptions = ListenOptions & { timeouts: Timeouts }
