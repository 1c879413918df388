import { Validator } from '@seriousme/openapi-schema-validator'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { routes } from '../../app/api/routes.ts'
import { createTestApp } from '../_setup.ts'
import { routeInputs } from '../fuzz/_requests.ts'

type Operation = {
  summary: string
  description: string
  'x-kitt-access': string
  security: object[]
  parameters: { name: string; in: string }[]
  requestBody?: object
  responses: Record<string, { content: Record<string, { schema: object }> }>
}

/** They act on what their path names, and take nothing else. */
const BODILESS = /^DELETE |^POST \S+\/(cancel|launch|retry|rotate-token|run|test|redeliver)$/

async function documentOf(): Promise<{
  paths: Record<string, Record<string, Operation>>
  components: { schemas: object }
}> {
  const { call } = await createTestApp()
  return (await call('GET', '/api/v1/openapi.json', undefined, null)).body
}

test('the OpenAPI document is valid according to an independent validator', async () => {
  const result = await new Validator().validate((await documentOf()) as Record<string, unknown>)
  expect(result.errors ?? []).toEqual([])
  expect(result.valid).toBe(true)
})

test('every route stands in it with its rule, its parameters, its answers and its errors', async () => {
  const { paths } = await documentOf()
  for (const [key, spec] of Object.entries(routes)) {
    const [method = '', path = ''] = key.split(' ')
    const operation = paths[path.replace(/:(\w+)(\{[^}]*\})?/g, '{$1}')]?.[method.toLowerCase()]
    expect(operation, key).toBeDefined()
    expect(operation?.summary).toBe(spec.summary)
    expect(operation?.security.length === 0, key).toBe(spec.access === 'open')
    expect(operation?.['x-kitt-access'], key).toBe(spec.access)
    if (spec.access === 'run') expect(operation?.description, key).toMatch(/scope `run` or `admin`/)
    expect(Object.keys(operation?.responses ?? {}), key).toEqual(
      expect.arrayContaining([...Object.keys(spec.answers), '421']),
    )
    if (spec.access === 'admin') expect(operation?.responses['403'], key).toBeDefined()
    for (const [, name] of path.matchAll(/:(\w+)/g)) {
      expect(operation?.parameters, key).toContainEqual(expect.objectContaining({ name, in: 'path' }))
    }
    if (method !== 'GET' && !BODILESS.test(key)) {
      expect(operation?.requestBody, `${key} takes a body`).toBeDefined()
    }
  }
})

test('no route is without a rule, a schema for its input and one for its answer', async () => {
  const inputs = routeInputs((await createTestApp()).app)
  expect(inputs.map(([key]) => key).sort()).toEqual(Object.keys(routes).sort())
  for (const [key, { param, json }] of inputs) {
    expect(['open', 'read', 'token', 'run', 'agent', 'admin', 'share'], key).toContain(routes[key]?.access)
    expect(param !== undefined, `${key} checks its path`).toBe(key.includes(':'))
    expect(json !== undefined, `${key} checks its body`).toBe(!/^GET /.test(key) && !BODILESS.test(key))
    const answers = Object.entries(routes[key]?.answers ?? {})
    expect(
      answers.filter(([status, schema]) => Number(status) < 300 && schema instanceof z.ZodType),
      key,
    ).not.toEqual([])
  }
})

test('the event stream is described as the union of all events', async () => {
  const { paths, components } = await documentOf()
  const stream = paths['/api/v1/events/stream']?.['get']?.responses['200']?.content
  expect(stream).toEqual({ 'text/event-stream': { schema: { $ref: '#/components/schemas/StreamEvent' } } })
  const text = JSON.stringify(components.schemas)
  for (const type of ['agent_status', 'status', 'log', 'progress', 'result_saved', 'gap'])
    expect(text).toContain(`"const":"${type}"`)
})
