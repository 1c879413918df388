import { createRandom } from '../random.ts'

/** Arrival times in ms from the start at an even `rate` per second, without end: 0, 1000/rate, … */
export function* constantArrivals(rate: number): Generator<number> {
  for (let i = 0; ; i++) yield (i * 1000) / rate
}

/** Poisson arrivals: exponential gaps of mean 1/`rate` seconds from the seed, without end. */
export function* poissonArrivals(rate: number, seed: number): Generator<number> {
  const random = createRandom(seed)
  for (let at = 0; ; ) {
    at += (-Math.log(1 - random()) * 1000) / rate
    yield at
  }
}
