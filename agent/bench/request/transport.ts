export interface WireRequest {
  url: URL
  /** All headers but `content-length`; the same object for every request to an engine. */
  headers: Readonly<Record<string, string>>
  body: string
}

/** Receives an answer, in this order; times are ms of `performance.now()`. */
export interface WireListener {
  /** The request is sent over an open connection; `connectMs` is null unless one was opened for it. */
  sent(at: number, connectMs: number | null): void
  /** A kept connection was found closed; the request is sent again. */
  reconnected(): void
  head(status: number, encoding: string | null): void
  /** `waited`: the longest time the bytes may have waited for this client, ms; null when unknown. */
  data(bytes: Uint8Array, at: number, waited: number | null): void
  end(): void
  /** The connection broke or could not be opened. No call follows it, nor `end`. */
  fail(error: unknown): void
}

/** Sends requests to an engine. */
export interface Transport {
  /** @returns a function that abandons the answer; `finished` when its content is complete */
  send(request: WireRequest, listener: WireListener): (finished: boolean) => void
  /** Closes all connections. */
  close(): void
}
