import { createTheme } from '@mantine/core'

/** Colours and sizes are in tokens.css: the Content-Security-Policy forbids styles written by scripts. */
export const theme = createTheme({
  primaryColor: 'blue',
  defaultRadius: 'sm',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: 'xs' } },
    TextInput: { defaultProps: { size: 'sm' } },
    PasswordInput: { defaultProps: { size: 'sm' } },
    Textarea: { defaultProps: { size: 'sm' } },
    Select: { defaultProps: { size: 'sm', checkIconPosition: 'right' } },
    Modal: {
      defaultProps: { lockScroll: false, centered: true, closeButtonProps: { 'aria-label': 'Close' } },
    },
    Tooltip: { defaultProps: { openDelay: 300 } },
  },
})

const KEY = 'mantine-color-scheme-value'

/** Sets the colour scheme before the first paint; later Mantine manages it. */
export function showColorScheme(): void {
  const chosen = localStorage.getItem(KEY)
  const dark =
    chosen === 'dark' || (chosen !== 'light' && window.matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light')
}
