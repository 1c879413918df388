import { csvLine } from '../../../lib/csv.ts'

/** The numbers of a chart, as they are and not as they are shown. */
export type Sheet = { columns: string[]; rows: (string | number | boolean | null | undefined)[][] }

/** A sheet as a CSV file, which no spreadsheet runs. */
export const csvOf = ({ columns, rows }: Sheet): Blob =>
  new Blob([csvLine(columns), ...rows.map(csvLine)], { type: 'text/csv' })
