import type { SQL } from 'drizzle-orm'
import type { WriteTx } from '../../../db/writer.ts'
import type { Deps } from '../../deps.ts'
import { holdsLease, type Lease } from '../../maintenance/leader.ts'
import type { CampaignWork } from './rows.ts'

/** The context of an action. `lease` is missing if a request acts instead of the reconciler. */
export type Step = {
  deps: Deps
  tx: WriteTx
  work: Pick<CampaignWork, 'id' | 'counters' | 'config'>
  lease?: Lease
  at: number
}

/** The condition for every write of the reconciler: it still holds the lease. */
export const fence = ({ lease }: Step): SQL | undefined => lease && holdsLease(lease)
