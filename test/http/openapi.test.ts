import { Validator } from '@seriousme/openapi-schema-validator'
import { expect, test } from 'vitest'
import { routes } from '../../app/routes.ts'
import { createTestApp } from '../_setup.ts'

type Operation = {
  summary: string
  security: object[]
  parameters: { name: string; in: string }[]
  requestBody?: object
  responses: Record<string, { content: Record<string, { schema: object }> }>
}

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
    expect(Object.keys(operation?.responses ?? {}), key).toEqual(
      expect.arrayContaining([...Object.keys(spec.answers), '421']),
    )
    if (spec.access === 'admin') expect(operation?.responses['403'], key).toBeDefined()
    for (const [, name] of path.matchAll(/:(\w+)/g)) {
      expect(operation?.parameters, key).toContainEqual(expect.objectContaining({ name, in: 'path' }))
    }
    if (method !== 'GET' && method !== 'DELETE' && !/cancel|rotate-token|launch|retry/.test(path)) {
      expect(operation?.requestBody, `${key} takes a body`).toBeDefined()
    }
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
