import { randomFrom } from './_documents.ts'
import { HOSTILE } from './_hostile.ts'
import type { Setup } from './_speed.ts'

const random = randomFrom(13)
const around = (value: number, width: number) => value * (1 - width / 2 + random() * width)

const started = ({ model, engine }: Setup) => [
  `quick suite of ${model} on ${engine}: throughput, 1 run`,
  `docker run --gpus all --ipc host -p 8000:8000 ${engine}/image:latest --model ${model}`,
  '\u001b[32mINFO\u001b[0m [api_server.py:1042] API server starting on port 8000',
  '\u001b[33mWARNING\u001b[0m Casting torch.bfloat16 to torch.float16.',
]

/** The log of a test that goes well, up to some of its hundred requests; two lines of it are hostile. */
export const linesOf = (setup: Setup, numbers: { output_tps: number; ttft_ms: number }, requests: number) => [
  ...started(setup),
  HOSTILE.script,
  HOSTILE.image,
  ...Array.from({ length: requests }, (_, i) => {
    const tps = around(numbers.output_tps / setup.concurrency, 0.15).toFixed(1)
    return `request ${i + 1}/100 · ${tps} tok/s · TTFT ${around(numbers.ttft_ms, 0.4).toFixed(0)} ms`
  }),
  ...(requests < 100 ? [] : [`run 1/1 · throughput: 100 requests, ${numbers.output_tps.toFixed(1)} tok/s`]),
]

/** The log of a test whose engine does not get its memory. */
export const failedLines = (setup: Setup) => [
  ...started(setup),
  'ERROR [core.py:708] EngineCore failed to start.',
  '  File "/usr/local/lib/python3.12/dist-packages/torch/nn/modules/linear.py", line 109, in __init__',
  'torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.17 GiB.',
]
