import { Hono } from 'hono'
import type { OpenStream } from '../events/stream-writer.ts'
import type { Principal } from '../principal.ts'
import { PathRouter } from './path-router.ts'

/** What travels with a request. */
export type Env = {
  /**
   * From the listener: the peer's address, what ends its connection at once, what sets a header of the answer
   * unless the answer has one of that name (headers of a Response are dear once they are more than one), and what
   * answers with an event stream where the runtime has a lighter way than a ReadableStream.
   */
  Bindings: {
    remoteAddress?: string
    cut?(): void
    /** Bytes that came over the connection so far. */
    received?(): number
    /** Ends the connection as soon as the answer is written: the rest of the request is not read. */
    cutAfterAnswer?(): void
    /** The body as it comes, where the runtime has a lighter way than a ReadableStream. */
    chunks?(): AsyncIterable<Uint8Array> | undefined
    /** Whether nobody waits for the answer any more. */
    readonly gone?: boolean
    /** The first header of a lower-case name, where the runtime has a lighter way than the Headers of a Request. */
    header?(name: string): string | undefined
    setHeader?(name: string, value: string): void
    openStream?: OpenStream
  }
  Variables: {
    principal: Principal
    /** The digest of the token that was shown and is good; none where none was needed or shown. */
    token_hash: string | undefined
    request_id: string
    /** The key of its row in the table of routes: method and path. None where no route answers it. */
    route: string | undefined
    /** The address of the caller, told by a trusted proxy if there is one. */
    address: string
    /** The body of a route that takes a document, as it came. */
    document: Uint8Array
    /** Scheme and host by which the caller reached this server. */
    origin: string
  }
}

/** The app, or a part of it; a trailing slash makes no difference. */
export const router = () => new Hono<Env>({ strict: false, router: new PathRouter() })
