/**
 * Notes the width of the scrollbar as `--gutter`, which base.css needs to have a dialog cover the whole window without
 * moving the page under it.
 */
export function noteGutter(): void {
  const root = document.documentElement
  const note = () => {
    // Under a dialog the page has no scrollbar.
    if (document.querySelector('.mantine-Modal-overlay')) return
    // Its client width takes in the place that is kept for a scrollbar on a page that needs none.
    const { width } = root.getBoundingClientRect()
    root.style.setProperty('--gutter', `${window.innerWidth - width}px`)
  }
  note()
  window.addEventListener('resize', note)
}
