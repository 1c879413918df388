import { expect, test } from 'vitest'
import { routes } from '../../app/api/routes.ts'
import { actionOf, summaryOf } from '../../app/audit/words.ts'

const NAMED: [route: string, action: string][] = [
  ['POST /api/v1/quicktest', 'quicktest.create'],
  ['POST /api/v1/quicktest/:id/cancel', 'quicktest.cancel'],
  ['POST /api/v1/campaigns', 'campaigns.create'],
  ['POST /api/v1/campaigns/:id/launch', 'campaigns.launch'],
  ['PUT /api/v1/campaigns/:id/config', 'campaigns.config.change'],
  ['DELETE /api/v1/campaigns/:id', 'campaigns.delete'],
  ['POST /api/v1/engines/profiles', 'engines.profiles.create'],
  ['POST /api/v1/engines/agents/:id/install', 'engines.agents.install'],
  ['PATCH /api/v1/agents/:id', 'agents.change'],
  ['PUT /api/v1/settings', 'settings.change'],
  ['DELETE /api/v1/models/:repo_id{.+}', 'models.delete'],
]

test.each(NAMED)('%s is called %s', (route, action) => expect(actionOf(route)).toBe(action))

test('no two changes have one name', () => {
  // Deletes what the other deletes, several at once.
  const again = 'POST /api/v1/results/delete'
  const keys = Object.keys(routes).filter((key) => !key.startsWith('GET ') && key !== again)
  const actions = keys.map(actionOf)
  expect(new Set(actions).size).toBe(keys.length)
  for (const action of actions) expect(action).toMatch(/^[a-z-]+(\.[a-z-]+)*$/)
})

test('names are told, and which fields were set, but no value', () => {
  expect(summaryOf('Create a campaign', 'POST', { name: 'night', config: { env: { A: 'hush' } } })).toBe(
    'Create a campaign: "night"',
  )
  expect(summaryOf('Change settings', 'PUT', { devon_api_key: 'hush', event_days: 7 })).toBe(
    'Change settings: sets devon_api_key, event_days',
  )
  expect(summaryOf('Launch', 'POST', { model_path: 'https://me:hush@hub/m', engine_name: 'vllm' })).toBe(
    'Launch: model_path "https://me:[secret]@hub/m", engine_name "vllm"',
  )
  expect(summaryOf('Delete', 'DELETE', {})).toBe('Delete')
  expect(summaryOf('X', 'POST', { name: 'a\u202eb'.padEnd(200, 'x') })).toMatch(/^X: "a\\u202ebx{77}"$/)
})
