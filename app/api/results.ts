import type { Context, TypedResponse } from 'hono'
import { z } from 'zod'
import type { Deps } from '../deps.ts'
import { BadRequest } from '../errors.ts'
import { type Env, router } from '../http/env.ts'
import { Id, Paging } from '../http/fields.ts'
import { answerBody } from '../http/large-answer.ts'
import { validate } from '../http/validate.ts'
import { createAggregates } from '../results/aggregate.ts'
import {
  type Aggregate,
  AggregateQuery,
  CompareRequest,
  type Comparison,
} from '../results/analysis-schema.ts'
import { compareResults } from '../results/compare.ts'
import { type Bytes, createCounter } from '../results/count.ts'
import { importResult } from '../results/import.ts'
import { type LargeRead, listResults } from '../results/list.ts'
import {
  ResultDocument,
  ResultFilter,
  type ResultPage,
  ResultSort,
  type StoredResult,
} from '../results/schema.ts'
import { deleteResult, getResult } from '../results/service.ts'
import { nextTurn, oneByOne } from '../turns.ts'

const ResultId = validate('param', z.object({ id: Id }))
const ListQuery = ResultFilter.extend({
  ...Paging.shape,
  sort: ResultSort.optional(),
})

const encoder = new TextEncoder()

/** Answers with text that is already JSON. An ArrayBuffer would be sent as a stream. */
const jsonBytes = <T>(c: Context<Env>, bytes: Bytes, stalledMs: number) => {
  const body = answerBody(c, bytes instanceof ArrayBuffer ? new Uint8Array(bytes) : bytes, stalledMs)
  const headers = { 'Content-Type': 'application/json' }
  const sized = body instanceof ReadableStream ? { 'Content-Length': String(bytes.byteLength) } : {}
  return c.body(body, 200, { ...headers, ...sized }) as unknown as TypedResponse<T, 200, 'json'>
}

export function resultsRouter(deps: Deps) {
  const stalledMs = deps.config.stalled_reader_s * 1000
  const jsonText = <T>(c: Context<Env>, text: string) => jsonBytes<T>(c, encoder.encode(text), stalledMs)
  const aggregates = createAggregates(deps)
  const counter = createCounter(deps)
  /** Runs large reads one after the other, and not for a client that has disconnected. */
  const largeRead =
    (c: Context<Env>): LargeRead =>
    (work) =>
      oneByOne(async () => {
        await nextTurn()
        if (c.env?.gone) throw new BadRequest('The client has disconnected.')
        return work()
      })
  return router()
    .get('/', validate('query', ListQuery), async (c) =>
      jsonBytes<ResultPage>(
        c,
        await listResults(deps, counter, c.req.valid('query'), largeRead(c)),
        stalledMs,
      ),
    )
    .get('/aggregate', validate('query', AggregateQuery), async (c) =>
      jsonText<Aggregate>(c, await aggregates(c.req.valid('query'))),
    )
    .post('/compare', validate('json', CompareRequest), async (c) =>
      jsonText<Comparison>(c, await largeRead(c)(() => compareResults(deps, c.req.valid('json')))),
    )
    .post('/import', validate('json', ResultDocument), async (c) => {
      const imported = await importResult(deps, await c.req.text(), c.req.valid('json'))
      return c.json(imported, imported.created ? 201 : 200)
    })
    .get('/:id', ResultId, async (c) =>
      jsonText<StoredResult>(c, await getResult(deps, c.req.valid('param').id, largeRead(c))),
    )
    .delete('/:id', ResultId, async (c) => {
      await deleteResult(deps, c.req.valid('param').id)
      return c.json({ deleted: true as const }, 200)
    })
}
