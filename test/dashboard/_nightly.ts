import type { Client } from '../../app/client/client.ts'
import type { TestClock } from '../_clock.ts'
import { documentOf, randomFrom } from './_documents.ts'
import { HOSTILE } from './_hostile.ts'
import { MODELS, measuredBy, type Setup } from './_speed.ts'

const HOUR = 3_600_000
const random = randomFrom(7)

/** What is measured every night; every third night two more runs. */
const NIGHTLY: Setup[] = [
  { host: 'h100-a', model: MODELS.qwen, engine: 'vllm', concurrency: 32 },
  { host: 'h100-a', model: MODELS.mistral, engine: 'vllm', concurrency: 32 },
  { host: 'h100-a', model: MODELS.deepseek, engine: 'sglang', concurrency: 32 },
  { host: 'l40s-b', model: MODELS.gemma, engine: 'vllm', concurrency: 16 },
  { host: 'rtx-4090', model: MODELS.llama, engine: 'vllm', concurrency: 8 },
  { host: 'spark', model: MODELS.gguf, engine: 'llama_cpp', concurrency: 4 },
]
const STRANGE = [HOSTILE.long, HOSTILE.script, HOSTILE.emoji, HOSTILE.rightToLeft]

/** The other runs: small models under more and more load, and now and then a model of a strange name. */
function extraOf(n: number): Setup {
  const concurrency = 2 ** (n % 7)
  if (n % 5 === 4) {
    const model = STRANGE[Math.floor(n / 5) % STRANGE.length] ?? ''
    return { host: 'l40s-b', model, engine: 'sglang', concurrency: 8 }
  }
  return n % 2
    ? { host: 'rtx-4090', model: MODELS.small, engine: 'sglang', concurrency }
    : { host: 'l40s-b', model: MODELS.llama, engine: 'sglang', concurrency }
}

export type Nights = { from: number; to: number }
/** From this night on the lab has the slower vLLM. */
export const LATE_NIGHT = 46

/** Reports what is measured in some nights: in sixty of them, 400 results. The clock ends a day after the last. */
export async function reportNights(
  { client, clock }: { client: Client; clock: TestClock },
  ids: Map<string, string>,
  { from, to }: Nights,
) {
  for (let night = from; night < to; night++) {
    const extras = night % 3 === 2 ? [extraOf(((night / 3) * 2) | 0), extraOf(((night / 3) | 0) * 2 + 1)] : []
    const setups = [...NIGHTLY, ...extras]
    for (const [i, setup] of setups.entries()) {
      clock.set(0.4 * HOUR + random() * 0.2 * HOUR)
      const measured = {
        ...measuredBy(setup, { at: clock.now(), late: night >= LATE_NIGHT }, random),
        warnings: random() < 0.12 ? [WARNINGS[Math.floor(random() * WARNINGS.length)]!] : [],
        passed: random() > 0.02,
        runs: i === 0 ? 3 : 1,
      }
      const json = {
        command_id: `night-${night}-${i}`,
        status: 'completed',
        result_data: documentOf(measured, random),
      }
      const param = { id: ids.get(setup.host) ?? '' }
      await client.api.v1.agents[':id'].results.$post({ param, json: json as never })
    }
    clock.set(24 * HOUR - setups.length * 0.5 * HOUR)
  }
}

const WARNINGS = [
  { code: 'prefix_cache', message: "12.4 % of the prompt tokens came from the engine's prefix cache." },
  { code: 'throttled', message: 'The GPU reported throttling: power cap.' },
  { code: 'late_requests', message: '3.1 % of the requests were sent later than planned.' },
]
