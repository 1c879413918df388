import { EngineConfig } from '../../agent/engines/config.ts'
import { didYouMean } from '../../lib/nearest.ts'
import { UsageError } from '../terminal/output.ts'

const KEYS = Object.keys(EngineConfig.shape)

/**
 * Refuses a setting of an engine that there is not, and one with an invalid value; secrets that are shown masked pass.
 * @throws UsageError with the nearest name
 */
export function requireConfig(config: Record<string, unknown>): void {
  const [issue] = EngineConfig.safeParse(config).error?.issues ?? []
  if (!issue) return
  if (issue.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys
    throw new UsageError(
      `--config has no setting "${key}". ${didYouMean(key, KEYS)}There are ${KEYS.join(', ')}.`,
    )
  }
  const path = issue.path.map(String).join('.')
  const message = issue.message.replace(/^Invalid input: expected/, 'must be')
  throw new UsageError(`--config ${path}: ${message}.`)
}
