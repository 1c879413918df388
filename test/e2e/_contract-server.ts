import type { Rows } from './_contract-rows.ts'

const TOO_LONG = { query: '?last_event_id=12345678901234567890123456789012' }

/** Health, version, settings, events. */
export const SERVER: Rows = {
  'GET /api/v1/health': {
    says: { status: 'ok' },
    also: (lab, expect) =>
      lab.withoutDatabase(async () => {
        await expect(503, {}, { status: 'unavailable', error: 'The database does not answer.' })
      }),
  },
  'GET /api/v1/version': { says: { name: 'KITT', api_version: 'v1' } },
  'GET /api/health': { says: { status: 'ok' } },
  'GET /metrics': { says: /^kitt_agents\{state="\w+"\} \d/m },
  'GET /api/v1/openapi.json': { says: { openapi: '3.1.0' } },

  'GET /api/v1/names': {
    good: (lab) => ({ query: `?kind=agent&q=${lab.a.id.slice(0, 8)}` }),
    says: { items: [{ name: 'agent-a' }], more: false },
    bad: { query: '?kind=nothing' },
    also: async (lab, expect) => {
      await expect(200, { query: '?kind=agent&q=agent-a' }, { items: [{ id: lab.a.id, name: 'agent-a' }] })
      await expect(200, { query: '?kind=result&q=none' }, { items: [] })
    },
  },

  'GET /api/v1/settings': { says: { event_days: { value: 7 } } },
  'PUT /api/v1/settings': {
    good: () => ({ body: { event_days: 7 } }),
    says: { event_days: { value: 7, source: 'saved' } },
    bad: { body: { event_days: 0 } },
    also: async (_, expect) => {
      await expect(400, { body: { unknown: 1 } }, /^unknown: is not a known field/)
    },
  },

  'GET /api/v1/events/stream': {
    says: /^retry: 3000\n/,
    bad: TOO_LONG,
    also: async (_, expect) => {
      await expect(400, { headers: { 'Last-Event-ID': 'x' } }, /^last_event_id: must be the id of an event/)
    },
  },
  'GET /api/v1/events/stream/:source_id': {
    good: (lab) => ({ params: { source_id: lab.a.id } }),
    says: /^retry: 3000\n/,
    bad: TOO_LONG,
  },
}
