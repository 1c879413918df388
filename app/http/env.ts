import { type Context, Hono } from 'hono'
import type { UnitOfWork } from '../../db/writer.ts'
import type { Deps } from '../deps.ts'
import type { OpenStream } from '../events/stream-writer.ts'
import type { Principal } from '../principal.ts'
import { PathRouter } from './path-router.ts'
import type { Turn } from './sending.ts'

/** The entry of the audit for a request; see `app/audit/pending.ts`. */
type RequestEntry = {
  readonly kept: boolean
  within<T>(deps: Deps, unit: UnitOfWork<T>): Promise<T>
  keep(deps: Deps, answer: unknown): Promise<void>
}

/** Bindings and variables of a request. */
export type Env = {
  /** Set by the listener. Optional members depend on the runtime. */
  Bindings: {
    remoteAddress?: string
    /** Ends the connection at once. */
    cut?(): void
    /** Bytes received over the connection so far. */
    received?(): number
    /** Ends the connection once the answer is written; the rest of the request is not read. */
    cutAfterAnswer?(): void
    /** Told when the body has been received: what takes time from now on is the answer. */
    receivedWhole?(): void
    /** The body as it arrives; cheaper than a ReadableStream. */
    chunks?(): AsyncIterable<Uint8Array> | undefined
    /** True once the client has disconnected. */
    readonly gone?: boolean
    /** A header by its lower-case name, repeated ones joined; cheaper than the Headers of a Request. */
    header?(name: string): string | undefined
    /** Sets a header unless the Response has it; more than one header on a Response is slow. */
    setHeader?(name: string, value: string): void
    /** Answers with an event stream; cheaper than a ReadableStream. */
    openStream?: OpenStream
  }
  Variables: {
    principal: Principal
    /** The digest of the valid token presented, if any. */
    token_hash: string | undefined
    /** The actor of a request that is refused before it has a principal. */
    refused_actor: string | undefined
    /** What the audit will hold of a request that changes something. */
    audit: RequestEntry | undefined
    request_id: string
    /** Method and path, as in the table of routes; undefined if no route matches. */
    route: string | undefined
    /** The caller's address, as reported by a trusted proxy if there is one. */
    address: string
    /** The unparsed body of a route that takes a document. */
    document: Uint8Array
    /** That of its large answer; it ends with the handler, unless the answer is streamed. */
    turn: Turn | undefined
    /** Tells that a large body is done with. */
    leave: () => void
    /** Scheme and host that the caller used. */
    origin: string
  }
}

/** A header of a request, by its lower-case name; repeated ones are joined by commas. */
export const headerOf = (c: Context<Env>, name: string): string | undefined =>
  c.env?.header ? c.env.header(name) : c.req.header(name)

/** Sets a header of the answer beside its `Content-Type`. */
export const setHeader = (c: Context<Env>, name: string, value: string): void =>
  c.env?.setHeader ? c.env.setHeader(name, value) : c.header(name, value)

/** A Hono app that ignores trailing slashes. */
export const router = () => new Hono<Env>({ strict: false, router: new PathRouter() })
