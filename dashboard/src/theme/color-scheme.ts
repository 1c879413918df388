const KEY = 'mantine-color-scheme-value'

/** Shows the chosen colours before the first paint; React takes over from there. */
export function showColorScheme(): void {
  const chosen = localStorage.getItem(KEY)
  const dark =
    chosen === 'dark' || (chosen !== 'light' && window.matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light')
}
