import type { QuickTest } from '../../../app/quicktests/schema.ts'

type Asked = Pick<QuickTest, 'benchmark_name' | 'suite_name' | 'options'>

/** The benchmark that a test runs: a load mode among its options makes `throughput`, the default, `load`. */
export const benchmarkOf = ({
  benchmark_name,
  options,
}: Pick<Asked, 'benchmark_name' | 'options'>): string =>
  benchmark_name === 'throughput' && options?.['mode'] ? 'load' : benchmark_name

/** What a test measures: its benchmark, or its suite where that has several. */
export const benchmarkText = (test: Asked): string =>
  test.suite_name === 'quick' ? benchmarkOf(test) : `${test.suite_name} suite`
