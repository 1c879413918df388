import type { Random } from '../../../agent/bench/random.ts'
import { AppError } from '../../../app/errors.ts'

/** A message under way, whose answer nobody waits for any more. */
type Letter = { deliver(): Promise<void> }

/** A network that loses, repeats and reorders, until it is calm. */
export class Network {
  calm = false
  #letters: Letter[] = []
  readonly #random: Random
  readonly #deeds: Set<string>
  /** How much of the network is lost, each way: little in one world, most in another. */
  readonly #loss: number

  constructor(random: Random, deeds: Set<string>) {
    this.#random = random
    this.#deeds = deeds
    this.#loss = 0.1 + 0.85 * random() ** 3
  }

  #chance = (p: number) => this.#random() < p

  /** Sends something: lost, late, twice, or at once; `onAnswer` hears of it unless the answer is lost. */
  async send<T>(
    call: () => Promise<T>,
    onAnswer: (answer: T) => void,
    onRefused?: (error: AppError) => void,
  ) {
    const deliver = async (answered: boolean) => {
      try {
        const answer = await call()
        if (answered) onAnswer(answer)
      } catch (error) {
        if (!(error instanceof AppError)) throw error
        if (answered) onRefused?.(error)
      }
    }
    if (this.calm) return deliver(true)
    if (this.#chance(this.#loss)) return void this.#deeds.add('a request was lost')
    if (this.#chance(0.15)) return this.#late('a request came late', deliver)
    const answered = !this.#chance(this.#loss)
    if (!answered) this.#deeds.add('an answer was lost')
    await deliver(answered)
    if (this.#chance(0.1)) this.#late('a request came twice', deliver)
  }

  #late(deed: string, deliver: (answered: boolean) => Promise<void>) {
    this.#letters.push({
      deliver: () => {
        this.#deeds.add(deed)
        return deliver(false)
      },
    })
  }

  /** Some of what is late arrives, in any order. */
  async arrive(all = false) {
    while (this.#letters.length > 0 && (all || this.#chance(0.5))) {
      const [letter] = this.#letters.splice(Math.floor(this.#random() * this.#letters.length), 1)
      await letter?.deliver()
    }
  }
}
