import { queryOptions } from '@tanstack/react-query'
import type { NewWebhook } from '../../../app/notifications/schema.ts'
import { kitt, queryOf, read } from './kitt.ts'
import { wholePage } from './whole-page.ts'

export type { Delivery, NoticeType, Webhook, WebhookKind } from '../../../app/notifications/schema.ts'

/** The webhooks; there are at most 50. */
export const webhooksQuery = () =>
  queryOptions({
    queryKey: ['webhooks', 'list'],
    queryFn: () =>
      wholePage((skip) => read(kitt().api.v1.webhooks.$get({ query: queryOf({ per_page: 100, skip }) }))),
  })

/** The newest messages of a webhook; while it is looked at, they are read again. */
export const deliveriesQuery = (id: string) =>
  queryOptions({
    queryKey: ['webhooks', 'deliveries', id],
    queryFn: () =>
      read(kitt().api.v1.webhooks[':id'].deliveries.$get({ param: { id }, query: { per_page: '50' } })),
    refetchInterval: 3000,
  })

export const createWebhook = (json: Partial<NewWebhook> & Pick<NewWebhook, 'name'>) =>
  read(kitt().api.v1.webhooks.$post({ json }))
export const testWebhook = (id: string) => read(kitt().api.v1.webhooks[':id'].test.$post({ param: { id } }))
export const switchWebhook = (id: string, enabled: boolean) =>
  read(kitt().api.v1.webhooks[':id'].$put({ param: { id }, json: { enabled } }))
export const removeWebhook = (id: string) => read(kitt().api.v1.webhooks[':id'].$delete({ param: { id } }))
export const redeliver = (id: string) =>
  read(kitt().api.v1.deliveries[':id'].redeliver.$post({ param: { id } }))
