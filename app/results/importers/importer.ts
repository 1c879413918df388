import type { Json } from './values.ts'

/** What is in a file: the values of its JSON, or its text. */
export type Content = { values: unknown[]; text?: undefined } | { text: string; values?: undefined }

export type Warning = { code: string; message: string }

/** When a run was measured: epoch seconds or milliseconds, or ISO 8601, and where that is from. */
export type Told = { value: string | number; source: TimestampSource }

/** `file_local`: in the file, without a zone; it is taken as UTC. */
export type TimestampSource = 'file' | 'file_local' | 'file_name' | 'file_time' | 'asserted' | 'received'

/** One benchmark of a run, with KITT's names and units. */
export type Benchmark = {
  test_name: string
  test_version?: string
  run_number?: number
  passed: boolean
  metrics: Json
  errors?: string[]
}

/** A run as its tool wrote it, by KITT's definitions. What the tool does not say is absent. */
export type ImportedRun = {
  /** The run is not stored, for this reason. */
  refused?: string
  model?: string | undefined
  engine?: string | undefined
  /** The engine that the tool usually measures; one that is told has priority. */
  usual_engine?: string | undefined
  engine_version?: string | undefined
  gpu_model?: string | undefined
  gpu_count?: number | undefined
  host?: string | undefined
  timestamp?: Told | undefined
  tool_version?: string | undefined
  results: Benchmark[]
  /** The load, named as the options of `kitt run`. */
  options?: Json
  /** The tool's own parameters. */
  parameters?: Json
  /** Of the engine: its version, image, arguments, what it tells. */
  environment?: Json
  system?: Json
  tags?: string[]
  warnings?: Warning[]
  /** What the tool wrote about this run. */
  original: unknown
}

/** The reader of one format. */
export type Importer = {
  format: string
  /** The tool that writes it. */
  tool: string
  /** How its percentiles lie between ranks. */
  percentiles?: 'linear' | 'steps' | 'order_statistic'
  /** What is looked for, for a refusal. */
  looksFor: string
  detect(content: Content): boolean
  /** @param path the file's name or path, empty if unknown. @throws BadRequest */
  read(content: Content, path: string): ImportedRun[]
}
