import type { Context } from 'hono'
import { createMiddleware } from 'hono/factory'
import type { Env } from './env.ts'

/** Runs before the handler; throws to refuse the request. */
export type Step = (c: Context<Env>) => void | Promise<void>

/**
 * Runs steps in order, in one middleware: synchronous steps cost no promise.
 * @param known what to answer without a handler, if anything
 */
export const steps = (all: Step[], known: (c: Context<Env>) => Response | undefined) =>
  createMiddleware<Env>(async (c, next) => {
    for (const step of all) {
      const done = step(c)
      if (done) await done
    }
    return known(c) ?? next()
  })
