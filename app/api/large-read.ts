import type { Context } from 'hono'
import type { Deps } from '../deps.ts'
import { BadRequest } from '../errors.ts'
import type { Env } from '../http/env.ts'
import type { LargeRead } from '../results/list.ts'
import { nextTurn, oneByOne } from '../turns.ts'

/** Runs large reads one after the other, and not for a client that has disconnected. */
export const inSeries =
  (c: Context<Env>): LargeRead =>
  (work) =>
    oneByOne(async () => {
      await nextTurn()
      if (c.env?.gone) throw new BadRequest('The client has disconnected.')
      return work()
    })

/** The same for what `answerJson` sends as it was read: a few of them are in memory at a time. */
export const largeRead =
  ({ sending }: Pick<Deps, 'sending'>, c: Context<Env>): LargeRead =>
  async (work) => {
    c.set('turn', await sending.turn(c.get('address')))
    return inSeries(c)(work)
  }
