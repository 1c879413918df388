import { createRandom, mixSeed } from '../../agent/bench/random.ts'

/** `slow`: one run of 20 is slower by up to 6 sd. `autocorrelated`: each run is like the one before it, φ = 0.6. */
export const NOISES = ['normal', 'slow', 'autocorrelated'] as const
export type Noise = (typeof NOISES)[number]

/** The throughput of one run after the other around 100; `loss` is the share that is missing, 0 at first. */
export type Engine = { run: () => number; lose: (loss: number) => void }

const PHI = 0.6
const SLOW_SHARE = 0.05
const SLOW_SD = 6

/** A series of runs with a noise of `sd` (of the logarithms): the same seed gives the same runs. */
export function createEngine(noise: Noise, sd: number, ...seed: number[]): Engine {
  const random = createRandom(mixSeed(...seed))
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  let level = Math.log(100)
  let state = normal()
  const deviation = () => {
    if (noise === 'normal') return normal()
    if (noise === 'slow') return normal() - (random() < SLOW_SHARE ? SLOW_SD * random() : 0)
    state = PHI * state + Math.sqrt(1 - PHI ** 2) * normal()
    return state
  }
  return {
    run: () => Math.exp(level + sd * deviation()),
    lose: (loss) => {
      level = Math.log(100 * (1 - loss))
    },
  }
}

/** The next runs of an engine. */
export const runsOf = (engine: Engine, n: number): number[] => Array.from({ length: n }, engine.run)
