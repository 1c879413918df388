import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useAsk } from './ask.ts'
import { needsSignIn, problemText } from './problem.ts'

type Options<Input, Output> = {
  run(input: Input): Promise<Output>
  /** What to say when it is done; nothing if not given. */
  done?: string | ((output: Output, input: Input) => string)
  /** Which parts of the cache are out of date afterwards. */
  refresh?: string[][]
  after?(output: Output, input: Input): void
  /** Leaves telling of a failure to the caller, who shows `error`. */
  quiet?: boolean
}

/** Something a person does: told of when done, and when it fails, why. */
export function useAct<Input = void, Output = unknown>(options: Options<Input, Output>) {
  const cache = useQueryClient()
  const ask = useAsk()
  return useMutation({
    mutationFn: options.run,
    onSuccess: (output, input) => {
      for (const queryKey of options.refresh ?? []) void cache.invalidateQueries({ queryKey })
      const { done } = options
      if (done) ask.tell(typeof done === 'string' ? done : done(output, input))
      options.after?.(output, input)
    },
    onError: (error) => {
      if (needsSignIn(error)) ask.signIn(problemText(error))
      else if (!options.quiet) ask.tell(problemText(error), 'failed')
    },
  })
}
