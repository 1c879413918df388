import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useAsk } from './ask.ts'
import { needsSignIn, problemText } from './problem.ts'

type Options<Input, Output> = {
  run(input: Input): Promise<Output>
  /** The message after success, if any. */
  done?: string | ((output: Output, input: Input) => string)
  /** The parts of the cache to invalidate after success. */
  refresh?: string[][]
  after?(output: Output, input: Input): void
  /** Shows no message for an error: the caller shows `error`. */
  quiet?: boolean
}

/** A mutation that shows its success or its error. */
export function useAction<Input = void, Output = unknown>(options: Options<Input, Output>) {
  const cache = useQueryClient()
  const ask = useAsk()
  return useMutation({
    mutationFn: options.run,
    onSuccess: (output, input) => {
      for (const queryKey of options.refresh ?? []) void cache.invalidateQueries({ queryKey })
      const { done } = options
      if (done) ask.notify(typeof done === 'string' ? done : done(output, input))
      options.after?.(output, input)
    },
    onError: (error) => {
      if (needsSignIn(error)) ask.signIn(problemText(error))
      else if (!options.quiet) ask.notify(problemText(error), 'failed')
    },
  })
}
