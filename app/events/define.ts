import { z } from 'zod'
import type { NewEventRow } from '../../db/writer.ts'
import { iso } from '../clock.ts'

/** A kind of event: its name, and the shape of its data beside `source_id` and `at`. */
export type EventDefinition<T extends string = string, S extends z.ZodRawShape = z.ZodRawShape> = {
  type: T
  data: z.ZodObject<S & { source_id: z.ZodString; at: z.ZodString }>
  /** A row for the event log. */
  row(data: z.infer<z.ZodObject<S>>, about: About): NewEventRow
}

/** The event's source, its time, and the sequence number of a log line in its attempt. */
export type About = {
  source_id: string
  parent_id?: string | null
  at: number
  wire_id?: string
  seq?: number
}

/**
 * Defines a kind of event, in the module that emits it.
 * @example const log = defineEvent('log', { line: z.string() })
 */
export function defineEvent<T extends string, S extends z.ZodRawShape>(
  type: T,
  shape: S,
): EventDefinition<T, S> {
  return {
    type,
    data: z.object({ source_id: z.string(), at: z.string(), ...shape }) as EventDefinition<T, S>['data'],
    row: (data, about) => ({
      type,
      source_id: about.source_id,
      parent_id: about.parent_id ?? null,
      at: about.at,
      data: JSON.stringify({ source_id: about.source_id, at: iso(about.at), ...data }),
      wire_id: about.wire_id ?? null,
      seq: about.seq ?? null,
    }),
  }
}
