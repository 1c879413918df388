import { z } from 'zod'
import { Id, Text } from '../http/fields.ts'

const Tag = Text(100).min(1).regex(/\S/, 'must not be blank')
const Tags = z.array(Tag).max(50)

/** What is noted on a result; what is left out stays. */
export const ResultChange = z.strictObject({ notes: Text(10_000).optional(), tags: Tags.optional() })
export type ResultChange = z.infer<typeof ResultChange>

export const NotedResult = z.object({ id: z.string(), notes: z.string(), tags: z.array(z.string()) })
export type NotedResult = z.infer<typeof NotedResult>

const ChosenIds = z.array(Id).min(1).max(500)

/** Tags to give to and to take from some results. */
export const TagRequest = z.strictObject({
  ids: ChosenIds,
  add: Tags.default([]),
  remove: Tags.default([]),
})
export type TagRequest = z.infer<typeof TagRequest>

/** How many of the results have changed; `missing` are not there. */
export const Tagged = z.object({ changed: z.number(), missing: z.array(z.string()) })
export type Tagged = z.infer<typeof Tagged>

export const DeleteRequest = z.strictObject({ ids: ChosenIds })
export type DeleteRequest = z.infer<typeof DeleteRequest>

/** How many results are gone, and which had to stay. */
export const SomeDeleted = z.object({
  deleted: z.number(),
  kept: z.array(z.object({ id: z.string(), reason: z.string() })),
})
export type SomeDeleted = z.infer<typeof SomeDeleted>

/** The ids of matching results, newest first, at most ten thousand; `total` is how many match. */
export const ResultIds = z.object({ ids: z.array(z.string()), total: z.number() })
export type ResultIds = z.infer<typeof ResultIds>

/** The tags in use with the number of their results, the most used first, at most 500. */
export const TagsInUse = z.object({ tags: z.array(z.object({ tag: z.string(), results: z.number() })) })
export type TagsInUse = z.infer<typeof TagsInUse>
