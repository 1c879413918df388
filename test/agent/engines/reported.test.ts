import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { afterEach, expect, test } from 'vitest'
import { endpointEnvironment } from '../../../agent/engines/environment.ts'
import { queryEngine } from '../../../agent/engines/reported.ts'
import { VLLM } from '../bench/engine-metrics/_texts.ts'

const servers: { close(): unknown }[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

type Pages = Record<string, unknown>

/** An engine that answers these paths with JSON, or with text, and what it was asked. */
async function engineWith(pages: Pages) {
  const asked: string[] = []
  const keys = new Set<string | null>()
  const fetch = async (request: Request) => {
    const { pathname } = new URL(request.url)
    asked.push(`${request.method} ${pathname}`)
    keys.add(request.headers.get('authorization'))
    const page = pages[pathname]
    if (page instanceof Response) return page
    if (page === undefined) return new Response('{"error":"no"}', { status: 404 })
    return typeof page === 'string' ? new Response(page) : Response.json(page)
  }
  const server = serve({ fetch, port: 0, hostname: '127.0.0.1' })
  servers.push(server)
  await once(server, 'listening')
  return { root: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, keys }
}

/** What llama-server b11669 answers; templates and defaults cut. */
const LLAMA_PROPS = {
  default_generation_settings: {
    params: { seed: 4294967295, temperature: 0.8, max_tokens: -1 },
    n_ctx: 1024,
  },
  ...{ total_slots: 4, model_alias: '/models/tiny-llama.gguf', model_ftype: 'F16' },
  ...{ model_path: '/models/tiny-llama.gguf', endpoint_metrics: true, media_marker: '<__media_7f__>' },
  ...{ chat_template: '{% for m in messages %}…', bos_token: '<s>', build_info: 'b11669-Debian' },
}
const LLAMA_MODELS = {
  models: [{ name: '/models/tiny-llama.gguf', type: 'model', details: { format: 'gguf' } }],
  object: 'list',
  data: [
    {
      ...{ id: '/models/tiny-llama.gguf', object: 'model', created: 1795835713, owned_by: 'llamacpp' },
      meta: {
        ...{ vocab_type: 2, n_vocab: 2048, n_ctx: 1024, n_ctx_train: 8192, n_embd: 128 },
        ...{ n_params: 852608, size: 1706496, ftype: 'F16' },
      },
    },
  ],
}
const models = (id: string, owned_by: string, max_model_len: number) => ({
  object: 'list',
  data: [
    { id: 'lora', object: 'model', owned_by, root: '/lora', max_model_len: 1 },
    { id, object: 'model', owned_by, root: `/models/${id}`, parent: null, max_model_len, permission: [{}] },
  ],
})

const LLAMA = { '/v1/models': LLAMA_MODELS, '/props': LLAMA_PROPS }
const LLAMA_TOLD = {
  ...{ version: 'b11669-Debian', model_path: '/models/tiny-llama.gguf', model_ftype: 'F16', total_slots: 4 },
  ...{ n_ctx: 1024, n_params: 852608, n_ctx_train: 8192, ftype: 'F16', size: 1706496 },
}
const VLLM_PAGES = {
  '/v1/models': models('m', 'vllm', 4096),
  '/version': { version: '0.10.1' },
  '/metrics': VLLM,
}
const VLLM_TOLD = {
  ...{ version: '0.10.1', model_path: '/models/m', max_model_len: 4096, enable_prefix_caching: true },
  ...{ cache_dtype: 'auto', block_size: 16, num_gpu_blocks: 573, gpu_memory_utilization: 0.82 },
}
const SGLANG_INFO = {
  ...{
    version: '0.5.3',
    model_path: '/models/m',
    quantization: 'fp8',
    tp_size: 2,
    disable_radix_cache: true,
  },
  ...{
    api_key: 'k-secret-1',
    admin_api_key: 'k-admin',
    internal_states: [{ big: 'x'.repeat(1000) }],
    dtype: 'auto',
  },
  ...{ context_length: null, max_running_requests: Number.NaN, attention_backend: '' },
}
const SGLANG_TOLD = {
  ...{
    version: '0.5.3',
    model_path: '/models/m',
    quantization: 'fp8',
    tp_size: 2,
    disable_radix_cache: true,
  },
  ...{ dtype: 'auto', max_model_len: 8192 },
}
const OLLAMA_PAGES = {
  '/v1/models': { data: [{ id: 'llama3:latest', owned_by: 'library' }] },
  '/api/version': { version: '0.12.0' },
  '/api/show': {
    license: 'long',
    details: { format: 'gguf', family: 'llama', parameter_size: '8.0B', quantization_level: 'Q4_K_M' },
  },
  '/api/ps': {
    models: [{ name: 'llama3:latest', size: 6e9, size_vram: 6e9, context_length: 4096, digest: 'abc' }],
  },
}
const OLLAMA_TOLD = {
  ...{
    version: '0.12.0',
    format: 'gguf',
    family: 'llama',
    parameter_size: '8.0B',
    quantization_level: 'Q4_K_M',
  },
  ...{ size: 6e9, size_vram: 6e9, context_length: 4096, digest: 'abc' },
}
const SGLANG_PAGES = { '/v1/models': models('m', 'sglang', 8192), '/server_info': SGLANG_INFO }

test.each<[string, string, string, Pages, object, object]>([
  [
    'llama-server',
    'llama_cpp',
    'tiny',
    LLAMA,
    LLAMA_TOLD,
    { quantization: 'F16', prefix_cache: null, version: 'b11669-Debian' },
  ],
  [
    'llama-server by its list of models',
    'openai',
    'tiny',
    LLAMA,
    LLAMA_TOLD,
    { engine: 'llama_cpp', quantization: 'F16' },
  ],
  ['vLLM', 'vllm', 'm', VLLM_PAGES, VLLM_TOLD, { quantization: null, prefix_cache: true, version: '0.10.1' }],
  [
    'vLLM by its list of models',
    'openai',
    'm',
    VLLM_PAGES,
    VLLM_TOLD,
    { engine: 'vllm', prefix_cache: true },
  ],
  [
    'SGLang',
    'openai',
    'm',
    SGLANG_PAGES,
    SGLANG_TOLD,
    { engine: 'sglang', quantization: 'fp8', prefix_cache: false },
  ],
  [
    'SGLang by its older name',
    'sglang',
    'm',
    { ...SGLANG_PAGES, '/server_info': undefined, '/get_server_info': SGLANG_INFO },
    SGLANG_TOLD,
    {},
  ],
  [
    'Ollama',
    'openai',
    'llama3:latest',
    OLLAMA_PAGES,
    OLLAMA_TOLD,
    { engine: 'ollama', quantization: 'Q4_K_M' },
  ],
  [
    'TGI',
    'openai',
    'm',
    {
      '/info': {
        version: '3.3',
        model_id: 'org/m',
        model_sha: 'abc',
        max_total_tokens: 4096,
        docker_label: 'x',
      },
    },
    { version: '3.3', model_id: 'org/m', model_sha: 'abc', max_total_tokens: 4096 },
    { engine: 'openai', version: '3.3' },
  ],
])('%s tells of itself a few known things', async (_, engine, model, pages, told, known) => {
  const at = await engineWith(pages)
  const environment = await endpointEnvironment({ root: at.root, engine, model, apiKey: 'k-secret-1' })
  expect(environment).toMatchObject({
    ...{
      mode: 'endpoint',
      told,
      ...known,
      command: null,
      env: null,
      image: null,
      runtime: null,
      model: null,
    },
    load_times: { pull_s: null, ready_s: null, first_answer_s: null },
  })
  expect(environment.told).toEqual(told)
  expect([...at.keys]).toEqual(['Bearer k-secret-1'])
  expect(JSON.stringify(environment)).not.toMatch(/k-secret|k-admin/)
})

test('an engine of a known kind is asked nothing that is of another', async () => {
  const at = await engineWith(LLAMA)
  await queryEngine({ root: at.root, engine: 'openai', model: 'tiny' })
  expect(at.asked).toEqual(['GET /v1/models', 'GET /props'])
})

test('a key that an engine repeats is hidden, and long words are cut', async () => {
  const at = await engineWith({ '/props': { build_info: 'b1 k-secret-1', model_path: 'x'.repeat(5000) } })
  const told = await queryEngine({
    root: at.root,
    engine: 'llama_cpp',
    model: 'm',
    config: { api_key: 'k-secret-1' },
  })
  expect(told.properties).toEqual({ version: 'b1 [hidden]', model_path: 'x'.repeat(300) })
})

test.each<[string, Pages]>([
  ['answers nothing it knows', {}],
  ['answers pages', { '/v1/models': '<html>', '/version': '<html>', '/props': '<html>' }],
  [
    'answers odd JSON',
    {
      '/v1/models': [1],
      '/version': null,
      '/props': { build_info: { a: 1 }, default_generation_settings: 3 },
    },
  ],
  ['answers too much', { '/version': `{"version":"1","x":"${'x'.repeat(2 << 20)}"}` }],
  ['redirects', { '/version': new Response(null, { status: 302, headers: { location: '/props' } }) }],
])('an engine that %s tells nothing', async (_, pages) => {
  const at = await engineWith(pages)
  expect(await endpointEnvironment({ root: at.root, engine: 'openai', model: 'm' })).toMatchObject({
    ...{ told: null, version: null, quantization: null, prefix_cache: null },
  })
})

const NOTHING = { engine: null, properties: {} }

test('an engine that cannot be reached, or is no longer wanted, tells nothing at once', async () => {
  const began = performance.now()
  expect(await queryEngine({ root: 'http://127.0.0.1:1', engine: 'vllm', model: 'm' })).toEqual(NOTHING)
  const hanging = await engineWith({})
  const signal = AbortSignal.abort()
  expect(await queryEngine({ root: hanging.root, engine: 'vllm', model: 'm', signal })).toEqual(NOTHING)
  expect(hanging.asked).toEqual([])
  expect(performance.now() - began).toBeLessThan(2000)
})
