import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { kitt, queryOf, read, type Search } from './kitt.ts'
import { wholePage } from './whole-page.ts'

export type {
  Campaign,
  CampaignDetail,
  CampaignRun,
} from '../../../app/campaigns/schema.ts'

export type CampaignSearch = Search<'status'>

export const campaignsQuery = (search: CampaignSearch = {}) =>
  queryOptions({
    queryKey: ['campaigns', 'list', search],
    queryFn: () =>
      wholePage((skip) => read(kitt().api.v1.campaigns.$get({ query: queryOf({ ...search, skip }) }))),
    placeholderData: keepPreviousData,
  })

export const campaignQuery = (id: string) =>
  queryOptions({
    queryKey: ['campaigns', 'one', id],
    queryFn: () => read(kitt().api.v1.campaigns[':id'].$get({ param: { id } })),
  })
