import {
  type Icon,
  IconBell,
  IconCalendarTime,
  IconChartDots,
  IconChartLine,
  IconCpu,
  IconEngine,
  IconGridDots,
  IconHome,
  IconListDetails,
  IconPackage,
  IconPlayerPlay,
  IconScale,
  IconSettings,
} from '@tabler/icons-react'

type Entry = { to: string; label: string; icon: Icon }

/** The pages of the menu, in groups. */
export const NAV: Entry[][] = [
  [
    { to: '/', label: 'Overview', icon: IconHome },
    { to: '/agents', label: 'Agents', icon: IconCpu },
    { to: '/quicktests', label: 'Quick tests', icon: IconPlayerPlay },
    { to: '/campaigns', label: 'Campaigns', icon: IconGridDots },
    { to: '/schedules', label: 'Schedules', icon: IconCalendarTime },
  ],
  [
    { to: '/setups', label: 'Setups', icon: IconChartDots },
    { to: '/alerts', label: 'Alerts', icon: IconBell },
    { to: '/results', label: 'Results', icon: IconListDetails },
    { to: '/compare', label: 'Compare', icon: IconScale },
    { to: '/charts', label: 'Charts', icon: IconChartLine },
  ],
  [
    { to: '/models', label: 'Models', icon: IconPackage },
    { to: '/engines', label: 'Engines', icon: IconEngine },
    { to: '/settings', label: 'Settings', icon: IconSettings },
  ],
]
