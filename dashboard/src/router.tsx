import type { QueryClient } from '@tanstack/react-query'
import { createRootRouteWithContext, createRoute, createRouter } from '@tanstack/react-router'
import { parseSearch, stringifySearch } from './lib/search.ts'
import * as search from './lib/searches.ts'
import { OverviewPage } from './pages/overview/OverviewPage.tsx'
import { prefetchOverview } from './pages/overview/queries.ts'
import { NotFound, PageFailure } from './shell/PageFailure.tsx'
import { Shell } from './shell/Shell.tsx'
import { lazyPage } from './ui/lazy-part.tsx'
import { SkeletonLines } from './ui/SkeletonLines.tsx'

const root = createRootRouteWithContext<{ cache: QueryClient }>()({
  component: Shell,
  notFoundComponent: NotFound,
})
const getParentRoute = () => root

const overview = createRoute({
  getParentRoute,
  path: '/',
  loader: ({ context }) => prefetchOverview(context.cache),
  component: OverviewPage,
})
const agents = createRoute({
  getParentRoute,
  path: '/agents',
  validateSearch: search.agents,
  component: lazyPage(() => import('./pages/agents/AgentsPage.tsx'), 'AgentsPage'),
})
const agent = createRoute({
  getParentRoute,
  path: '/agents/$id',
  component: lazyPage(() => import('./pages/agents/AgentPage.tsx'), 'AgentPage'),
})
const tests = createRoute({
  getParentRoute,
  path: '/quicktests',
  validateSearch: search.tests,
  component: lazyPage(() => import('./pages/tests/TestsPage.tsx'), 'TestsPage'),
})
const newTest = createRoute({
  getParentRoute,
  path: '/quicktests/new',
  validateSearch: search.newTest,
  component: lazyPage(() => import('./pages/tests/NewTestPage.tsx'), 'NewTestPage'),
})
const test = createRoute({
  getParentRoute,
  path: '/quicktests/$id',
  component: lazyPage(() => import('./pages/tests/TestPage.tsx'), 'TestPage'),
})
const results = createRoute({
  getParentRoute,
  path: '/results',
  validateSearch: search.results,
  component: lazyPage(() => import('./pages/results/ResultsPage.tsx'), 'ResultsPage'),
})
const result = createRoute({
  getParentRoute,
  path: '/results/$id',
  component: lazyPage(() => import('./pages/results/ResultPage.tsx'), 'ResultPage'),
})
const imports = createRoute({
  getParentRoute,
  path: '/import',
  component: lazyPage(() => import('./pages/import/ImportPage.tsx'), 'ImportPage'),
})
const setups = createRoute({
  getParentRoute,
  path: '/setups',
  validateSearch: search.setups,
  component: lazyPage(() => import('./pages/setups/SetupsPage.tsx'), 'SetupsPage'),
})
const setup = createRoute({
  getParentRoute,
  path: '/setups/$id',
  validateSearch: search.setup,
  component: lazyPage(() => import('./pages/setups/SetupPage.tsx'), 'SetupPage'),
})
const alerts = createRoute({
  getParentRoute,
  path: '/alerts',
  validateSearch: search.alerts,
  component: lazyPage(() => import('./pages/alerts/AlertsPage.tsx'), 'AlertsPage'),
})
const alert = createRoute({
  getParentRoute,
  path: '/alerts/$id',
  component: lazyPage(() => import('./pages/alerts/AlertPage.tsx'), 'AlertPage'),
})
const compare = createRoute({
  getParentRoute,
  path: '/compare',
  validateSearch: search.compare,
  component: lazyPage(() => import('./pages/compare/ComparePage.tsx'), 'ComparePage'),
})
const charts = createRoute({
  getParentRoute,
  path: '/charts',
  validateSearch: search.charts,
  component: lazyPage(() => import('./pages/charts/ChartsPage.tsx'), 'ChartsPage'),
})
const campaigns = createRoute({
  getParentRoute,
  path: '/campaigns',
  validateSearch: search.campaigns,
  component: lazyPage(() => import('./pages/campaigns/CampaignsPage.tsx'), 'CampaignsPage'),
})
const newCampaign = createRoute({
  getParentRoute,
  path: '/campaigns/new',
  validateSearch: search.newCampaign,
  component: lazyPage(() => import('./pages/campaigns/NewCampaignPage.tsx'), 'NewCampaignPage'),
})
const campaign = createRoute({
  getParentRoute,
  path: '/campaigns/$id',
  component: lazyPage(() => import('./pages/campaigns/CampaignPage.tsx'), 'CampaignPage'),
})
const schedules = createRoute({
  getParentRoute,
  path: '/schedules',
  validateSearch: search.schedules,
  component: lazyPage(() => import('./pages/schedules/SchedulesPage.tsx'), 'SchedulesPage'),
})
const newSchedule = createRoute({
  getParentRoute,
  path: '/schedules/new',
  validateSearch: search.newSchedule,
  component: lazyPage(() => import('./pages/schedules/NewSchedulePage.tsx'), 'NewSchedulePage'),
})
const schedule = createRoute({
  getParentRoute,
  path: '/schedules/$id',
  component: lazyPage(() => import('./pages/schedules/SchedulePage.tsx'), 'SchedulePage'),
})
const editSchedule = createRoute({
  getParentRoute,
  path: '/schedules/$id/edit',
  component: lazyPage(() => import('./pages/schedules/EditSchedulePage.tsx'), 'EditSchedulePage'),
})
const models = createRoute({
  getParentRoute,
  path: '/models',
  validateSearch: search.models,
  component: lazyPage(() => import('./pages/models/ModelsPage.tsx'), 'ModelsPage'),
})
const engines = createRoute({
  getParentRoute,
  path: '/engines',
  component: lazyPage(() => import('./pages/engines/EnginesPage.tsx'), 'EnginesPage'),
})
const settings = createRoute({
  getParentRoute,
  path: '/settings',
  component: lazyPage(() => import('./pages/settings/SettingsPage.tsx'), 'SettingsPage'),
})
const tokens = createRoute({
  getParentRoute,
  path: '/settings/tokens',
  validateSearch: search.paged,
  component: lazyPage(() => import('./pages/access/TokensPage.tsx'), 'TokensPage'),
})
const audit = createRoute({
  getParentRoute,
  path: '/settings/audit',
  validateSearch: search.audit,
  component: lazyPage(() => import('./pages/access/AuditPage.tsx'), 'AuditPage'),
})
const shares = createRoute({
  getParentRoute,
  path: '/settings/shares',
  validateSearch: search.paged,
  component: lazyPage(() => import('./pages/access/SharesPage.tsx'), 'SharesPage'),
})
const shared = createRoute({
  getParentRoute,
  path: '/shared',
  component: lazyPage(() => import('./pages/shared/SharedPage.tsx'), 'SharedPage'),
})

const routeTree = root.addChildren([
  overview,
  agents,
  agent,
  tests,
  newTest,
  test,
  results,
  result,
  imports,
  setups,
  setup,
  alerts,
  alert,
  compare,
  charts,
  campaigns,
  newCampaign,
  campaign,
  schedules,
  newSchedule,
  schedule,
  editSchedule,
  models,
  engines,
  settings,
  tokens,
  audit,
  shares,
  shared,
])

/** Every page by its path; all but the overview are loaded on demand. */
export const createDashboardRouter = (cache: QueryClient) =>
  createRouter({
    context: { cache },
    routeTree,
    parseSearch,
    stringifySearch,
    defaultPreload: 'intent',
    defaultPreloadDelay: 50,
    defaultErrorComponent: PageFailure,
    defaultPendingComponent: () => <SkeletonLines n={6} height={28} />,
    scrollRestoration: true,
  })

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createDashboardRouter>
  }
}
