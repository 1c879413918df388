import type { OpenStream } from '../events/stream-writer.ts'

/** What the app knows of a request's connection, the same on Node and Bun. */
export type ListenEnv = {
  /** The peer's IP address (behind a proxy the proxy's), IPv4 never as `::ffff:…`. */
  remoteAddress: string
  secure: boolean
  /** Ends the connection of this request at once. */
  cut(): void
  /** Bytes that came over the connection so far. */
  received?(): number
  /** Told when the body has been received, if the runtime does not see it: what takes time from now on is the answer. */
  receivedWhole?(): void
  /** The same once the answer is written: the rest of the request is not read. */
  cutAfterAnswer?(): void
  /** The first value of a header by its lower-case name, if the runtime has a cheaper way than `Headers`. */
  header?(name: string): string | undefined
  /** Sets a default for a header of the response. */
  setHeader?(name: string, value: string): void
  /** Opens an event stream, if the runtime has a cheaper way than a ReadableStream. */
  openStream?: OpenStream
}

export type TlsOptions = {
  /** PEM: the server's certificate with its chain. */
  cert: string
  /** PEM: the private key, without a passphrase. */
  key: string
  /** PEM: turns on mutual TLS; client certificates must be signed by this CA. */
  clientCa?: string | undefined
  /** Refuses clients without a certificate. */
  requireClientCert?: boolean | undefined
}

/** How long a peer may take, in milliseconds. */
export type Timeouts = {
  /** For the TLS handshake and the headers of a request. */
  headersMs: number
  /** For the whole request, its body included. */
  requestMs: number
  /** For a connection without a request. */
  idleMs: number
  /** For a reader that receives nothing of its pending response. */
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
  /** The server's URL for programs on this machine: `https://localhost:8080`. */
  url: string
  port: number
  /** Answers go on, and each ends its connection, so that the client's next request can reach another server. */
  drain: () => void
  /** Stops accepting connections, and ends requests that have not finished after `deadlineMs`. */
  close: (deadlineMs: number) => Promise<void>
  /** With TLS: serves another certificate from now on; open connections stay. */
  setSecureContext?: (renewed: Pick<TlsOptions, 'cert' | 'key'>) => void
}

/** The options with every limit set. */
export type CompleteOptions = ListenOptions & { timeouts: Timeouts }
