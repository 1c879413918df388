import type { Context } from 'hono'
import { createMiddleware } from 'hono/factory'
import type { Env } from './env.ts'

/** Something that is done with a request before its handler; throws where the request must not get there. */
export type Step = (c: Context<Env>) => void | Promise<void>

/** Takes every request through steps, in order. One middleware for all of them: where nothing is waited for, nothing is paid. */
export const steps = (...all: Step[]) =>
  createMiddleware<Env>(async (c, next) => {
    for (const step of all) {
      const done = step(c)
      if (done) await done
    }
    await next()
  })
