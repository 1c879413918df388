import './no-eval.ts'
import './theme/mantine.css'
import './theme/tokens.css'
import './theme/base.css'
import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { createQueryClient } from './api/query-client.ts'
import { takeTokenFromLink } from './api/token.ts'
import { startLive } from './live/stream.ts'
import { createDashboardRouter } from './router.tsx'
import { noteGutter } from './theme/gutter.ts'
import { showColorScheme, theme } from './theme/theme.ts'
import { AskProvider } from './ui/AskProvider.tsx'

takeTokenFromLink()
showColorScheme()
noteGutter()
const cache = createQueryClient()
const router = createDashboardRouter(cache)
// The data of the page is requested before the event stream.
void router.load()
// A shared link shows what was, to readers without a token.
if (location.pathname !== '/shared') startLive(cache)

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root.')
createRoot(root).render(
  <StrictMode>
    {/* The Content-Security-Policy forbids inline styles: variables and classes are in the style sheets. */}
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      withCssVariables={false}
      withGlobalClasses={false}
    >
      <QueryClientProvider client={cache}>
        <AskProvider>
          <RouterProvider router={router} />
        </AskProvider>
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
)
