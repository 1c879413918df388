/** A document as an agent of this version reports it; the values and options of its benchmark can be given. */
export function measured(
  tps: number,
  given: {
    options?: Record<string, unknown>
    metrics?: Record<string, unknown>
    rest?: Record<string, unknown>
    system?: Record<string, unknown>
    environment?: Record<string, unknown>
    config?: Record<string, unknown>
    benchmark?: string
    passed?: boolean
  } = {},
) {
  const { benchmark = 'throughput', passed = true } = given
  return {
    model: 'Qwen/Qwen2.5-7B',
    engine: 'vllm',
    engine_version: '0.11.0',
    suite_name: 'quick',
    kitt_version: '2.1.0',
    timestamp: '2026-01-15T12:00:00.000Z',
    passed,
    simulated: false,
    warnings: [] as Record<string, unknown>[],
    config: {
      base_url: 'http://127.0.0.1:41234',
      suite: 'quick',
      benchmarks: [benchmark],
      options: {
        ...{
          max_concurrency: 256,
          endpoint: 'chat',
          input_tokens: 128,
          output_tokens: 64,
          warmup: 2,
          runs: 1,
        },
        ...{ requests: 40, seed: 7, workers: 'auto', timeout_s: 300, concurrency: 8, ...given.options },
      },
      ...given.config,
    },
    system_info: {
      gpu: { model: 'NVIDIA H100 80GB HBM3', vram_gb: 79.65, count: 8, used: 2, power_limit_w: 700 },
      cpu: { model: 'AMD EPYC 9654', cores: 192 },
      ...{
        arch: 'x86_64',
        kernel: '6.8.0-45',
        boot_id: 'boot-1',
        fingerprint: 'machine-1',
        os: 'Ubuntu 24.04',
      },
      ...{ driver_version: '570.86', cuda_version: '12.8', rocm_version: null, gpu_findings: [] },
      ...given.system,
    },
    environment: {
      mode: 'docker',
      version: '0.11.0',
      command: [
        ...['vllm', 'serve', '/models/Qwen2.5-7B', '--max-model-len', '8192', '--tensor-parallel-size=2'],
        ...[
          '--served-model-name',
          'Qwen2.5-7B',
          '--host',
          '0.0.0.0',
          '--port',
          '8000',
          '--api-key',
          '[hidden]',
        ],
      ],
      env: ['HF_TOKEN', 'VLLM_ATTENTION_BACKEND'],
      image: { name: 'vllm/vllm-openai:v0.11.0', id: 'sha256:1', digest: 'sha256:a', version: null },
      runtime: { name: 'docker', version: '28.0' },
      model: { format: 'safetensors', digest: 'sha256:model', quantization: null },
      quantization: 'fp8',
      prefix_cache: true,
      told: null,
      load_times: { pull_s: null, ready_s: 42, first_answer_s: 0.2 },
      ...given.environment,
    },
    results: [
      {
        test_name: benchmark,
        test_version: '2.0.0',
        run_number: 1,
        passed,
        metrics: {
          ...{ requests: 40, successful_requests: 40, error_rate: 0, output_tps: tps, total_tps: 3 * tps },
          ttft_ms: { count: 40, avg: 30, p50: 29, p95: 41, p99: 44 },
          tpot_ms: { count: 40, avg: 8, p50: 8, p95: 9, p99: 9.5 },
          ...given.metrics,
        },
        errors: [],
        outputs: [],
      },
    ],
    ...given.rest,
  }
}
