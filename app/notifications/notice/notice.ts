import type { NOTICE_TYPES } from '../../../lib/states.ts'

export type NoticeType = (typeof NOTICE_TYPES)[number]

/** A message before it has the shape of a receiver. Texts are plain, one line each. */
export type Notice = {
  /** What happened and how much: `Confirmed: Output throughput 6.1 % slower`. */
  title: string
  lines: string[]
  tone: 'bad' | 'warn' | 'good' | 'info'
  /** Pages of the dashboard. */
  links: { name: string; label: string; path: string }[]
  /** The same for programs. */
  data: Record<string, unknown>
}

/** What filters look at; null where an event has no such thing. */
export type Subject = { agents: string[] | null; models: string[] | null; tags: string[] | null }

/** A message with what it is about. */
export type Told = { type: NoticeType; notice: Notice; subject: Subject }
