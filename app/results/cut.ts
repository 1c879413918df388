import type { documents } from '../../db/schema.ts'
import { iso } from '../clock.ts'
import { type RawMember, rawElements, rawMembers, rawObject, withoutMembers } from './raw.ts'

/** What KITT knows of a result; in answers these replace members of the same name. */
export type OwnFields = {
  id: string
  agent_id: string | null
  quick_test_id: string | null
  campaign_id: string | null
  received_at: number
  simulated: boolean
  clock_offset_ms: number | null
}

type Cut = Omit<typeof documents.$inferSelect, 'run_seq'>

const OWN = new Set([
  'id',
  'agent_id',
  'quick_test_id',
  'campaign_id',
  'received_at',
  'simulated',
  'clock_offset_ms',
])

/** A document's text cut once, so that every later answer is put together from whole pieces. */
export function cutDocument(raw: string, fields: OwnFields): Cut {
  const { id, agent_id, quick_test_id, campaign_id, received_at, simulated, clock_offset_ms } = fields
  const clock = clock_offset_ms === null ? {} : { clock_offset_ms }
  const own = { id, agent_id, quick_test_id, campaign_id, received_at: iso(received_at), simulated, ...clock }
  const members = rawMembers(raw)
  const shown = members.filter(({ key }) => !OWN.has(key)).map(withoutOutputs)
  const isWhole = shown.length === members.length && shown.every((member, i) => member === members[i])
  const head = open(isWhole ? raw : rawObject(shown))
  return { head, tail: `,${JSON.stringify(own).slice(1)}`, raw_json: `${head}}` === raw ? null : raw }
}

/** The whole document with KITT's own fields, as text. */
export const wholeDocument = ({ head, tail, raw_json }: Cut): string =>
  `${raw_json === null ? head : open(withoutOwn(raw_json))}${tail}`

const withoutOwn = (raw: string) => withoutMembers(raw, (key) => OWN.has(key))

/** An object's text without its last brace. */
const open = (text: string) => text.slice(0, text.lastIndexOf('}'))

/** The benchmarks of a document without their `outputs`; other members, and benchmarks without any, as they are. */
function withoutOutputs(member: RawMember): RawMember {
  if (member.key !== 'results' || !member.raw.startsWith('[') || !/outputs|\\u/.test(member.raw))
    return member
  return { ...member, text: `"results":[${rawElements(member.raw).map(stripped).join(',')}]` }
}

const stripped = (item: string) =>
  item.startsWith('{') ? withoutMembers(item, (key) => key === 'outputs') : item
