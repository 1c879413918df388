/**
 * The benchmark report of llm-d, 0.2, as its definition has it: the members that KITT writes, with their types,
 * bounds and units. Members that the definition does not have are refused, as its own validation does.
 */
const strict = (properties: object, required: string[] = []) => ({
  type: 'object',
  additionalProperties: false,
  properties,
  required,
})
const text = { type: 'string' }
const amount = { type: 'number', minimum: 0 }
const count = { type: 'integer', minimum: 0 }
const from1 = { type: 'integer', minimum: 1 }
const time = { type: 'string', format: 'date-time' }
const anything = { type: 'object', additionalProperties: true }

const statistics = (...units: string[]) =>
  strict(
    {
      units: { enum: units },
      mean: { type: 'number' },
      mode: { type: 'number' },
      stddev: amount,
      ...Object.fromEntries(
        'min p0p1 p1 p5 p10 p25 p50 p75 p90 p95 p99 p99p9 max'
          .split(' ')
          .map((name) => [name, { type: 'number' }]),
      ),
    },
    ['units', 'mean'],
  )
const perToken = statistics('ms/token', 's/token')
const duration = statistics('ms', 's')
const tokens = statistics('tokens/s')

const length = strict(
  {
    distribution: { enum: ['fixed', 'gaussian', 'uniform', 'other'] },
    ...{ value: amount, std_dev: amount, min: count, max: from1 },
  },
  ['distribution', 'value'],
)

const component = strict(
  {
    metadata: strict({ schema_version: text, label: text, cfg_id: text, description: text }, [
      'label',
      'cfg_id',
    ]),
    standardized: strict(
      {
        kind: { const: 'inference_engine' },
        ...{
          tool: text,
          tool_version: text,
          role: { enum: ['replica', 'prefill', 'decode'] },
          replicas: from1,
        },
        model: strict({ name: text }, ['name']),
        accelerator: strict(
          {
            ...{ model: text, count },
            parallelism: strict({
              tp: count,
              dp: count,
              dp_local: count,
              workers: count,
              ep: from1,
              pp: from1,
            }),
          },
          ['model', 'count', 'parallelism'],
        ),
      },
      ['kind', 'tool', 'tool_version', 'role', 'replicas', 'model', 'accelerator'],
    ),
    native: strict({ args: anything, envars: anything, config: {} }),
  },
  ['metadata', 'standardized', 'native'],
)

const load = strict(
  {
    metadata: strict({ schema_version: text, cfg_id: text, description: text }),
    standardized: strict(
      {
        ...{ tool: text, tool_version: text, parallelism: from1, stage: count },
        source: { enum: ['random', 'sampled', 'unknown'] },
        ...{ input_seq_len: length, output_seq_len: length },
        rate_qps: { type: 'number', exclusiveMinimum: 0 },
        concurrency: from1,
      },
      ['tool', 'tool_version', 'source', 'input_seq_len'],
    ),
    native: strict({ args: anything, envars: anything, config: {} }),
  },
  ['metadata', 'standardized', 'native'],
)

export const REPORT = strict(
  {
    version: { enum: ['0.2', '0.2.0', '0.2.1'] },
    run: strict(
      {
        ...{ uid: text, eid: text, cid: text, pid: text, user: text, description: text },
        time: strict({
          ...{ start: time, end: time },
          duration: { type: 'string', pattern: String.raw`^PT\d+(\.\d+)?(e-?\d+)?S$` },
        }),
        keywords: { type: 'array', items: text },
      },
      ['uid'],
    ),
    scenario: strict({ stack: { type: 'array', items: component }, load }),
    results: strict({
      request_performance: strict({
        aggregate: strict({
          requests: strict(
            {
              ...{ total: count, failures: count, incomplete: count },
              ...{ input_length: statistics('count'), output_length: statistics('count') },
            },
            ['total'],
          ),
          latency: strict({
            ...{ time_to_first_token: duration, request_latency: duration },
            ...{ normalized_time_per_output_token: perToken, time_per_output_token: perToken },
            inter_token_latency: perToken,
          }),
          throughput: strict({
            ...{ input_token_rate: tokens, output_token_rate: tokens, total_token_rate: tokens },
            request_rate: statistics('queries/s'),
          }),
        }),
      }),
    }),
  },
  ['version', 'run', 'results'],
)
