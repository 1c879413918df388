import { expect, test } from 'vitest'
import { isChoosable, profileOf, refusalOf } from '../../dashboard/src/pages/campaigns/engine-profiles.ts'
import { bodyOf, EMPTY } from '../../dashboard/src/pages/campaigns/useCampaignForm.ts'
import { formOf } from '../../dashboard/src/pages/schedules/campaign-text.ts'

const FORM = { ...EMPTY, name: 'c', agents: ['a1'], models: ['m'], engines: ['vllm', 'llama_cpp'] as const }
const there = { id: 'p1', name: 'there', engine: 'llama_cpp', mode: 'endpoint' }
const arm = { cpu_arch: 'aarch64', environment_type: 'linux', tags: [] }

test('a chosen profile is sent with its engine, and only with that', () => {
  const { config } = bodyOf({ ...FORM, engines: [...FORM.engines], profiles: { llama_cpp: 'p1' } })
  expect(config.engines).toEqual([{ name: 'vllm' }, { name: 'llama_cpp', profile_id: 'p1' }])
})

test('the form of a schedule holds a campaign with profiles, but not one engine with two of them', () => {
  const body = bodyOf({ ...FORM, engines: [...FORM.engines], profiles: { llama_cpp: 'p1' } })
  expect(formOf(body)?.profiles).toEqual({ llama_cpp: 'p1' })
  const engines = ['p1', 'p2'].map((profile_id) => ({ name: 'llama_cpp', profile_id }))
  expect(formOf({ ...body, config: { ...body.config, engines } })).toBeUndefined()
})

test('an engine without an image for the machine may be chosen where it runs already', () => {
  expect(refusalOf('exllamav2', undefined, [arm])).toMatchObject({ nowhere: true })
  expect(refusalOf('exllamav2', 'endpoint', [arm])).toEqual({ reason: undefined, nowhere: false })
  expect(isChoosable('exllamav2', [], [arm])).toBe(false)
  expect(isChoosable('exllamav2', [{ ...there, engine: 'exllamav2' }], [arm])).toBe(true)
  const virtual = { ...arm, tags: ['virtual'] }
  expect(isChoosable('llama_cpp', [there], [virtual])).toBe(false)
  expect(refusalOf('mlx', undefined, [])).toEqual({ reason: undefined, nowhere: false })
})

test('a profile that is gone, or is of another engine, is not chosen', () => {
  expect(profileOf('llama_cpp', { llama_cpp: 'p1' }, [there])).toBe(there)
  expect(profileOf('llama_cpp', { llama_cpp: 'gone' }, [there])).toBeUndefined()
  expect(profileOf('vllm', { vllm: 'p1' }, [there])).toBeUndefined()
})
