import { createTheme } from '@mantine/core'

/** Everything with a colour or a size of its own is in tokens.css: no style may be written into the page by a script. */
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
    Modal: { defaultProps: { lockScroll: false, centered: true } },
    Tooltip: { defaultProps: { openDelay: 300 } },
  },
})
