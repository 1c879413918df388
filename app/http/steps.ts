import type { Context } from 'hono'
import { createMiddleware } from 'hono/factory'
import type { Env } from './env.ts'

/** Runs before the handler; throws to refuse the request. */
export type Step = (c: Context<Env>) => void | Promise<void>

/**
 * Runs steps in order, in one middleware: synchronous steps cost no promise.
 * @param known what to answer without a handler, if anything
 * @param after runs behind the handler of a request with an entry of the audit
 */
export const steps = (
  all: Step[],
  known: (c: Context<Env>) => Response | undefined,
  after: (c: Context<Env>) => Promise<void>,
) =>
  createMiddleware<Env>(async (c, next) => {
    try {
      for (const step of all) {
        const done = step(c)
        if (done) await done
      }
      if (c.get('audit') === undefined) return known(c) ?? (await next())
      await next()
      return await after(c)
    } finally {
      c.get('leave')?.()
      c.get('turn')?.end()
    }
  })
