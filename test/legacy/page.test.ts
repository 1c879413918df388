import { describe, expect, it } from 'vitest'
import { open, run, some } from './_results.ts'

const cells = (page: string) =>
  [...page.matchAll(/<tr><td>(.*?)<\/td><td>(.*?)<\/td>/g)].map(([, a, b]) => `${a} ${b}`)
const counts = (page: string) =>
  [...page.matchAll(/<dt>(.*?)<\/dt><dd>(.*?)<\/dd>/g)].map(([, a, b]) => `${a} ${b}`)

describe('the page', () => {
  it('shows every run, newest first, with counts and pass rate', async () => {
    const { status, headers, text } = await open()('/')
    expect(status).toBe(200)
    expect(headers.get('content-type')).toMatch(/^text\/html/)
    expect(cells(text)).toEqual(['Qwen/Qwen2.5-7B vllm', 'Qwen/Qwen2.5-7B vllm', 'tiny llama_cpp'])
    expect(counts(text)).toEqual(['Runs 3', 'Passed 2', 'Failed 1', 'Pass rate 66.7 %'])
    for (const part of ['standard', '4 of 5', '61.3', '2026-01-02 10:11', '✓ passed', '✗ failed'])
      expect(text).toContain(part)
  })

  it.each([
    ['?model=tiny', ['tiny llama_cpp'], 'Pass rate 100.0 %'],
    ['?engine=vllm', ['Qwen/Qwen2.5-7B vllm', 'Qwen/Qwen2.5-7B vllm'], 'Pass rate 50.0 %'],
    [
      '?model=Qwen%2FQwen2.5-7B&engine=vllm',
      ['Qwen/Qwen2.5-7B vllm', 'Qwen/Qwen2.5-7B vllm'],
      'Pass rate 50.0 %',
    ],
    ['?model=tiny&engine=vllm', [], 'Pass rate –'],
    ['?model=&engine=llama_cpp', ['tiny llama_cpp'], 'Runs 1'],
    ['?model=gone', [], 'Runs 0'],
  ])('filtered by %s shows the runs and counts of that filter', async (query, rows, count) => {
    const { status, text } = await open()(`/${query}`)
    expect(status).toBe(200)
    expect(cells(text)).toEqual(rows)
    expect(counts(text)).toContain(count)
    expect(text).toContain('<option value="Qwen/Qwen2.5-7B"')
  })

  it('remembers the filter in the form', async () => {
    const { text } = await open()('/?model=tiny')
    expect(text).toContain('<option value="tiny" selected>tiny</option>')
    expect(text).not.toContain('<option value="vllm" selected>')
  })

  it('links every run to its own document, filtered or not', async () => {
    const { text } = await open()('/?model=tiny')
    const [, href] = /<a href="(\/api\/results\/\d+)">/.exec(text) ?? []
    expect(JSON.parse((await open()(href ?? '/')).text)).toEqual(some[2])
  })

  it('says what to do when there is nothing', async () => {
    const { status, text } = await open([])('/')
    expect(status).toBe(200)
    expect(text).toContain('No results yet.')
    expect(text).not.toContain('<table>')
  })

  it('shows the newest 500 of many', async () => {
    const many = Array.from({ length: 501 }, (_, i) =>
      run(`m${i}`, 'vllm', true, { timestamp: `${10_000 + i}` }),
    )
    const { text } = await open(many)('/')
    expect(cells(text)).toHaveLength(500)
    expect(text).toContain('The newest 500 of 501 runs.')
    expect(cells(text)[0]).toBe('m500 vllm')
  })

  it.each([
    ['no field at all', {}],
    [
      'fields of the wrong type',
      { model: { a: 1 }, engine: [], passed: 'yes', timestamp: 5, total_time_seconds: '1' },
    ],
    ['names of object internals', { model: '__proto__', engine: 'constructor', passed: null }],
  ])('survives a document with %s', async (_, document) => {
    const { status, text } = await open([document])('/')
    expect(status).toBe(200)
    expect(counts(text)).toEqual(['Runs 1', 'Passed 0', 'Failed 1', 'Pass rate 0.0 %'])
    expect(text).not.toContain('[object Object]')
  })
})

describe('a hostile name', () => {
  const evil = `"><script>alert(1)</script><img src=x onerror='alert(2)'>`

  it('is shown as text wherever it appears, in a filter of the address too', async () => {
    const hostile = { suite_name: evil, timestamp: evil }
    const { text } = await open([run(evil, evil, true, hostile)])(`/?model=${encodeURIComponent(evil)}`)
    expect(text).toContain('&lt;script&gt;alert(1)')
    expect(text).not.toMatch(/<script|<img/)
    const absent = await open()(`/?engine=${encodeURIComponent(evil)}`)
    expect(absent.text).not.toMatch(/<script|<img/)
  })

  it('could do nothing anyway: nothing inline and nothing from outside is allowed, and nothing inline is there', async () => {
    const { headers, text } = await open()('/')
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).toBe(
      "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    )
    expect(text).not.toMatch(/<script|<style| style=| on\w+=|https?:/)
  })
})
