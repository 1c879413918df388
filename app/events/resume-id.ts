/** Response header: the time of the event that the stream continues from, epoch ms. */
export const EVENT_TIME = 'Last-Event-Time'

/** A seen event. Its time, epoch ms, distinguishes it from one with the same id in another database. */
export type SeenEvent = { id: number; at?: number | undefined }

/** The `Last-Event-ID` of an event: `8`, or `8-1764300000000` with its time. */
export const formatResumeId = ({ id, at }: SeenEvent): string => (at ? `${id}-${at}` : String(id))

/** Parses a `Last-Event-ID`; undefined for any other text. */
export function parseResumeId(text: string): SeenEvent | undefined {
  const [, id, at] = /^(\d{1,15})(?:-(\d{1,15}))?$/.exec(text) ?? []
  return id === undefined ? undefined : { id: Number(id), at: at === undefined ? undefined : Number(at) }
}
