/** One request to a receiver. */
export type Post = { url: string; headers: Record<string, string>; body: string; signal: AbortSignal }

export type Mail = { to: string[]; subject: string; text: string; id: string; signal: AbortSignal }

/** What a receiver answered: its status, and the beginning of its answer as text. */
export type Answer = { status: number; text: string; retryAfterS?: number | undefined }

/** How messages leave the server: passed in, because it takes sockets. */
export type Outgoing = {
  /**
   * Sends once, to an address that is allowed, without following redirects.
   * @throws NotSent with a sentence that says why
   */
  post(request: Post): Promise<Answer>
  /** Undefined where no mail server is set. @throws NotSent */
  mail?: ((mail: Mail) => Promise<Answer>) | undefined
  /** Ends connections that are kept. */
  close(): void
}

/** Nothing, or not all, was sent, or no answer came. The message is a sentence without secrets. */
export class NotSent extends Error {
  override name = 'NotSent'
}
