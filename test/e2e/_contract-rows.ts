import type { Answer } from './_contract-ask.ts'
import type { Lab } from './_contract-lab.ts'

/** A request to the route of a row: what stands in its path, its query and its body. */
export type Sent = {
  params?: Record<string, string>
  query?: string
  body?: object
  token?: string | null
  headers?: Record<string, string>
}

/** Sends a request to the row's route, and expects its status and what its body holds or its error says. */
export type Expect = (status: number, sent: Sent, says?: object | RegExp) => Promise<Answer>

/** One route of the contract. What every route of its kind answers (401, 403, 404, 405, 413, …) the table itself asks. */
export type Row = {
  /** The status of success. */
  status?: 200 | 201 | 202
  /** A request that succeeds; made anew as often as it is asked for. */
  good?: (lab: Lab) => Sent | Promise<Sent>
  /** What the answer to that holds, beyond what its schema says. */
  says?: object | RegExp
  /** What makes the good request a bad one: 400 with details. */
  bad?: Sent
  /** The other answers that this route alone has. */
  also?: (lab: Lab, expect: Expect) => Promise<void>
  /** What the built server, served over HTTP, never answers, and what is said with it: one without the agent's archives, over HTTPS, does. */
  elsewhere?: Partial<Record<200 | 404, RegExp>>
  /** What an app alone answers, that another program serves; a test in this process names it. */
  embedded?: 404
}

export type Rows = Record<string, Row>

/** The paging that every list takes. */
export const PAGING: Pick<Row, 'bad'> = { bad: { query: '?page=0' } }
