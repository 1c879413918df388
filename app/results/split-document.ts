import type { documents } from '../../db/schema.ts'
import { type RawMember, rawElements, rawMembers, rawObject, withoutMembers } from '../../lib/raw-members.ts'
import { iso } from '../clock.ts'

/** KITT's own fields of a result; in answers they replace members of the same name. */
export type OwnFields = {
  id: string
  agent_id: string | null
  quick_test_id: string | null
  campaign_id: string | null
  received_at: number
  simulated: boolean
  clock_offset_ms: number | null
  /** The name that a campaign gives the model, if it is not its path. */
  campaign_model?: string | null
}

/** What people noted on a result; its document has them only where there are any. */
export type Annotation = { notes: string; tags: string[] }

const OWN = new Set([
  'id',
  'agent_id',
  'quick_test_id',
  'campaign_id',
  'received_at',
  'simulated',
  'clock_offset_ms',
  // Named so that no member of a tool's document is hidden by them.
  'kitt_notes',
  'kitt_tags',
  'campaign_model',
])

/** Splits a document's text once, so that later answers are joined from whole pieces. */
export function splitDocument(raw: string): Pick<typeof documents.$inferSelect, 'head' | 'raw_json'> {
  const members = rawMembers(raw)
  const shown = members.filter((member) => !OWN.has(member.key) && !isRawText(member)).map(withoutOutputs)
  const isWhole = shown.length === members.length && shown.every((member, i) => member === members[i])
  const head = open(isWhole ? raw : rawObject(shown))
  return { head, raw_json: `${head}}` === raw ? null : raw }
}

/** KITT's own fields of a result, as the end of its document's text. */
export function tailOf(fields: OwnFields): string {
  const { id, agent_id, quick_test_id, campaign_id, received_at, simulated, clock_offset_ms } = fields
  const clock = clock_offset_ms === null ? {} : { clock_offset_ms }
  const named = fields.campaign_model ? { campaign_model: fields.campaign_model } : {}
  const own = {
    id,
    agent_id,
    quick_test_id,
    campaign_id,
    received_at: iso(received_at),
    simulated,
    ...clock,
    ...named,
  }
  return `,${JSON.stringify(own).slice(1)}`
}

/** The annotation in a tail. */
export function annotationIn(tail: string): Annotation {
  const own = JSON.parse(`{${tail.slice(1)}`) as { kitt_notes?: string; kitt_tags?: string[] }
  return { notes: own.kitt_notes ?? '', tags: own.kitt_tags ?? [] }
}

/** Each tag once, without spaces around it. */
export const cleanTags = (tags: readonly string[]): string[] => [
  ...new Set(tags.map((tag) => tag.trim()).filter((tag) => tag !== '')),
]

/** A tail with another annotation. */
export function annotatedTail(tail: string, { notes, tags }: Annotation): string {
  const { kitt_notes: _, kitt_tags: __, ...own } = JSON.parse(`{${tail.slice(1)}`) as Record<string, unknown>
  const noted = notes === '' ? {} : { kitt_notes: notes }
  const tagged = tags.length === 0 ? {} : { kitt_tags: tags }
  return `,${JSON.stringify({ ...own, ...noted, ...tagged }).slice(1)}`
}

/** A document as it came, without its last brace and KITT's own fields. */
export const withoutOwn = (raw: string): string => open(withoutMembers(raw, ({ key }) => OWN.has(key)))

/** An object's text without its last brace. */
const open = (text: string) => text.slice(0, text.lastIndexOf('}'))

/** Lists leave out longer strings. In UTF-16 units. */
const TEXT_MAX = 16 * 1024

/** `original`: what another tool wrote, compressed. */
const isRawText = ({ key, raw }: RawMember) =>
  key === 'outputs' || key === 'original' || (raw.length > TEXT_MAX && raw.startsWith('"'))

/** The `results` of a document without `outputs`; other members stay unchanged. */
function withoutOutputs(member: RawMember): RawMember {
  const { key, raw } = member
  if (key !== 'results' || !raw.startsWith('[')) return member
  if (raw.length <= TEXT_MAX && !/outputs|\\u/.test(raw)) return member
  return { ...member, text: `"results":[${rawElements(member.raw).map(stripped).join(',')}]` }
}

const stripped = (item: string) => (item.startsWith('{') ? withoutMembers(item, isRawText) : item)
