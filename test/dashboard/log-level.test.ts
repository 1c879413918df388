import { expect, test } from 'vitest'
import { levelOf } from '../../dashboard/src/lib/log-level.ts'

test.each([
  ['INFO 11-28 12:00:00 [api_server.py:1289] vLLM API server version 0.11.2', 'info'],
  ['(EngineCore_0 pid=12) ERROR 11-28 12:00:00 [core.py:700] EngineCore failed to start.', 'error'],
  ['[2026-01-15 12:00:00] WARNING server_args.py: Chunked prefill is off.', 'warn'],
  ['time=2026-01-15T12:00:00Z level=WARN source=routes.go msg="slow"', 'warn'],
  ['{"level":"error","msg":"CUDA out of memory"}', 'error'],
  ['Traceback (most recent call last):', 'error'],
  ['torch.OutOfMemoryError: CUDA out of memory.', 'error'],
  ['error: unrecognized arguments: --foo', 'error'],
  ['0.00.123.456 W load: control token is not marked as EOG', 'warn'],
  ['DEBUG: x', 'debug'],
  ['8 requests, 91.5 tok/s', undefined],
  ['0 errors so far', undefined],
  ['The word information is none, and a warning in a sentence neither', undefined],
  ['Downloading model, no ERRORS', undefined],
  ['', undefined],
])('%s is %s', (line, level) => expect(levelOf(line)).toBe(level))
