import type { Context } from 'hono'
import { createMiddleware } from 'hono/factory'
import type { Env } from './env.ts'

/** Runs before the handler; throws to refuse the request. */
export type Step = (c: Context<Env>) => void | Promise<void>

/** Runs steps in order, in one middleware: synchronous steps cost no promise. */
export const steps = (...all: Step[]) =>
  createMiddleware<Env>(async (c, next) => {
    for (const step of all) {
      const done = step(c)
      if (done) await done
    }
    await next()
  })
