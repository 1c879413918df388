import type { CampaignDetail } from '../../../app/campaigns/schema.ts'
import type { QuickTest } from '../../../app/quicktests/schema.ts'
import { benchmarkThatRuns } from '../../../lib/load-words.ts'

type Asked = Pick<QuickTest, 'benchmark_name' | 'suite_name' | 'options'>

/** The benchmark that a test runs. */
export const benchmarkOf = ({ benchmark_name, ...rest }: Asked): string =>
  benchmarkThatRuns({ benchmark: benchmark_name, ...rest })

/** What a test measures: its benchmark, or its suite where that has several. */
export const benchmarkText = (test: Asked): string =>
  test.suite_name === 'quick' ? benchmarkOf(test) : `${test.suite_name} suite`

/** A campaign with the benchmarks that run instead of those that are named. */
export const withBenchmarks = (campaign: CampaignDetail): CampaignDetail => ({
  ...campaign,
  runs: campaign.runs.map((run) => ({
    ...run,
    benchmark: benchmarkThatRuns({ ...run, options: run.options ?? campaign.config['options'] }),
  })),
})
