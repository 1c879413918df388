import type { Orm } from '../../../db/database.ts'
import { type Scale, sampleOf, scaled } from '../statistics/logs.ts'
import type { History } from '../statistics/verdict.ts'
import { type Past, pastValues } from './values.ts'

/** With more runs, a side needs no history. */
const FEW = 3
/** Runs that a single run needs behind it. */
const ENOUGH = 5

type Asked = {
  setupId: string
  metric: string
  /** When the last run of both sides was. */
  before: number
  base: number[]
  candidate: number[]
  scale?: Scale
}

/**
 * What the series tells of its noise, where a side has few runs: the runs of neither side. A base of many runs is itself
 * a part of the series. Undefined if there is too little of it.
 */
export async function historyFor(
  orm: Orm,
  { base, candidate, scale, ...series }: Asked,
): Promise<History | undefined> {
  if (base.length > FEW && candidate.length > FEW) return undefined
  const without = base.length > FEW ? candidate : [...base, ...candidate]
  const history = spreadOf(await pastValues(orm, { ...series, without }), scale)
  const isSingle = base.length === 1 || candidate.length === 1
  return history && history.n >= (isSingle ? ENOUGH : 2) ? history : undefined
}

/** The fewest degrees of freedom that a spread within environments is believed with. */
const LEAST_DF = 4

/**
 * The spread within stretches, pooled: a change moves the mean and keeps the noise, whether it is accepted or not. Nor is
 * what an upgrade changed noise, as long as the environments have enough runs.
 */
export function spreadOf(past: readonly Past[], scale?: Scale): History | undefined {
  const within = pooled(past, ({ stretch, environment }) => `${stretch} ${environment}`, scale)
  return within && within.df >= LEAST_DF ? within : pooled(past, ({ stretch }) => `${stretch}`, scale)
}

function pooled(past: readonly Past[], groupOf: (one: Past) => string, scale?: Scale): History | undefined {
  const groups = new Map<string, number[]>()
  for (const one of past) groups.set(groupOf(one), [...(groups.get(groupOf(one)) ?? []), one.value])
  let [squares, df, n] = [0, 0, 0]
  for (const values of groups.values()) {
    const logs = scaled(values, scale)
    if (logs.length === 0) continue
    const sample = sampleOf(logs)
    squares += sample.sd ** 2 * sample.df
    df += sample.df
    n += sample.n
  }
  return df > 0 ? { sd: Math.sqrt(squares / df), df, n } : undefined
}
