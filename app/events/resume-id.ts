/** The answer's header that tells when the event was written after which the stream begins, epoch ms. */
export const EVENT_TIME = 'Last-Event-Time'

/** An event that was seen. Its time, epoch ms, tells it from one of the same id in another database. */
export type SeenEvent = { id: number; at?: number | undefined }

/** How `Last-Event-ID` names an event: `8`, or `8-1764300000000` where its time is known. */
export const formatResumeId = ({ id, at }: SeenEvent): string => (at ? `${id}-${at}` : String(id))

/** The event that a `Last-Event-ID` names; undefined for any other text. */
export function parseResumeId(text: string): SeenEvent | undefined {
  const [, id, at] = /^(\d{1,15})(?:-(\d{1,15}))?$/.exec(text) ?? []
  return id === undefined ? undefined : { id: Number(id), at: at === undefined ? undefined : Number(at) }
}
