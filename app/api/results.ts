import type { Context, TypedResponse } from 'hono'
import type { Deps } from '../deps.ts'
import { createExports } from '../exports/exports.ts'
import { ExportQuery } from '../exports/schema.ts'
import { ById } from '../http/by-id.ts'
import { type Env, router } from '../http/env.ts'
import { Paging } from '../http/fields.ts'
import { answerJson } from '../http/large-answer.ts'
import { validate } from '../http/validate.ts'
import { createAggregates } from '../results/aggregate.ts'
import { type Aggregate, AggregateQuery, CompareRequest } from '../results/analysis-schema.ts'
import { annotateResult, tagResults, tagsInUse } from '../results/annotate.ts'
import { DeleteRequest, ResultChange, TagRequest } from '../results/annotation-schema.ts'
import { deleteResults, idsOf } from '../results/chosen.ts'
import { compareResults } from '../results/compare.ts'
import { createCounter } from '../results/count.ts'
import { importUpload } from '../results/import-file.ts'
import { listResults } from '../results/list.ts'
import {
  ResultDocument,
  ResultFilter,
  type ResultPage,
  ResultSort,
  type StoredResult,
} from '../results/schema.ts'
import { deleteResult, getResult } from '../results/service.ts'
import { comparableResults } from '../setups/comparable-results.ts'
import { compareVerdicts } from '../setups/judging/compare.ts'
import { judge } from '../setups/judging/judge.ts'
import { setupOf } from '../setups/of-document.ts'
import type { JudgedComparison } from '../setups/schema.ts'
import { JudgeRequest } from '../setups/schema.ts'
import { audited } from './audited.ts'
import { answerExport } from './export-answer.ts'
import { fileBody, importQuery } from './file-body.ts'
import { inSeries, largeRead } from './large-read.ts'

const ListQuery = ResultFilter.extend({
  ...Paging.shape,
  sort: ResultSort.optional(),
})

const encoder = new TextEncoder()

export function resultsRouter(deps: Deps) {
  const stalledMs = deps.config.stalled_reader_s * 1000
  const aggregates = createAggregates(deps)
  /** What is JSON already: documents go out as they came in. */
  const answer = <T>(c: Context<Env>, pieces: Uint8Array<ArrayBuffer>[]) =>
    answerJson(c, pieces, stalledMs) as unknown as TypedResponse<T, 200, 'json'>
  const counter = createCounter(deps)
  const exports = createExports(deps)
  return router()
    .get('/', validate('query', ListQuery), async (c) =>
      deps.answers.pieces<ResultPage>(
        c,
        () => listResults(deps, counter, c.req.valid('query'), largeRead(deps, c)),
        { stalledMs },
      ),
    )
    .get('/aggregate', validate('query', AggregateQuery), async (c) =>
      answer<Aggregate>(c, [encoder.encode(await aggregates(c.req.valid('query')))]),
    )
    .post('/compare', validate('json', CompareRequest), async (c) =>
      deps.answers.pieces<JudgedComparison>(
        c,
        () =>
          inSeries(c)(() => compareResults(deps, c.req.valid('json'), (ids) => compareVerdicts(deps, ids))),
        { stalledMs, asked: c.req.valid('json') },
      ),
    )
    .post('/judge', validate('json', JudgeRequest), async (c) =>
      c.json(await inSeries(c)(() => judge(deps, c.req.valid('json'))), 200),
    )
    .post('/import', importQuery, fileBody(deps, ResultDocument), async (c) => {
      const { upload, isLarge } = c.req.valid('json')
      const dryRun = c.req.valid('query').dry_run === true
      const imported = await importUpload(audited(deps, c), upload, {
        ...{ dryRun, isLarge },
        setupOf: (document) => setupOf(document, deps.sha256),
      })
      const created =
        'created' in imported
          ? imported.created
          : !dryRun && imported.runs.some(({ state }) => state === 'stored')
      return c.json(imported, created ? 201 : 200)
    })
    .get('/ids', validate('query', ResultFilter), async (c) =>
      deps.answers.json(c, () => idsOf(deps, c.req.valid('query'))),
    )
    .get('/tags', async (c) => deps.answers.json(c, () => tagsInUse(deps)))
    .post('/tag', validate('json', TagRequest), async (c) =>
      c.json(await tagResults(audited(deps, c), c.req.valid('json')), 200),
    )
    .post('/delete', validate('json', DeleteRequest), async (c) =>
      c.json(await deleteResults(audited(deps, c), c.req.valid('json')), 200),
    )
    .get('/export', validate('query', ExportQuery), async (c) => {
      const query = c.req.valid('query')
      return answerExport(c, query, await exports(query), deps)
    })
    .get('/:id', ById, async (c) =>
      deps.answers.pieces<StoredResult>(
        c,
        () => getResult(deps, c.req.valid('param').id, largeRead(deps, c)),
        {
          stalledMs,
        },
      ),
    )
    .get('/:id/comparable', ById, async (c) =>
      deps.answers.json(c, () => comparableResults(deps, c.req.valid('param').id)),
    )
    .patch('/:id', ById, validate('json', ResultChange), async (c) =>
      c.json(await annotateResult(audited(deps, c), c.req.valid('param').id, c.req.valid('json')), 200),
    )
    .delete('/:id', ById, async (c) => {
      await deleteResult(audited(deps, c), c.req.valid('param').id)
      return c.json({ deleted: true as const }, 200)
    })
}
