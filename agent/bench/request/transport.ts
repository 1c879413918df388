/** One request as it goes out. */
export interface WireRequest {
  url: URL
  /** All but `content-length`; the same object for every request to an engine. */
  headers: Readonly<Record<string, string>>
  body: string
}

/** What is told of an answer, in this order and after each other; times are ms of `performance.now()`. */
export interface WireListener {
  /** The request leaves over an open connection; `connectMs` where one had to be opened for it. */
  sent(at: number, connectMs: number | null): void
  /** A connection that had been used before was found closed; the request is sent again on a fresh one. */
  reconnected(): void
  head(status: number, encoding: string | null): void
  /** `waited` is how long the bytes can have waited for this client, at most; null where it is not known. */
  data(bytes: Uint8Array, at: number, waited: number | null): void
  end(): void
  /** The connection broke, or none could be had. Nothing is told after it, nor after `end`. */
  fail(error: unknown): void
}

/** What carries requests to an engine. */
export interface Transport {
  /** Sends a request. @returns what leaves the answer: `finished` where its content is complete */
  send(request: WireRequest, listener: WireListener): (finished: boolean) => void
  /** Ends every connection. */
  close(): void
}
