import { type RefObject, useEffect } from 'react'

/**
 * Gives the focus a place where the browser would begin again at the top of the document: the page, or the dialog that
 * is open, when the focused element disappears, and the element itself when it was disabled while it worked.
 */
export function useKeptFocus(page: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    let last: HTMLElement | undefined
    let waits = false
    const remember = (element: EventTarget | null) => {
      last = element instanceof HTMLElement ? element : undefined
      waits = false
    }
    const focused = ({ target }: FocusEvent) => remember(target)
    /** A click beside everything takes the focus away by intent; an element that is removed is still there now. */
    const left = ({ target, relatedTarget }: FocusEvent) => {
      if (relatedTarget !== null) return
      queueMicrotask(() => {
        if (last === target && last?.isConnected && !isDisabled(last)) remember(null)
      })
    }
    const observer = new MutationObserver(() => {
      if (last?.isConnected && isDisabled(last)) waits = true
      else if (last && document.activeElement !== document.body) waits = false
      else if (last && !last.isConnected) {
        const dialog = [...document.querySelectorAll<HTMLElement>('[role="dialog"]')].at(-1)
        remember(null)
        ;(dialog ?? page.current)?.focus({ preventScroll: true })
      } else if (waits) last?.focus({ preventScroll: true })
    })
    document.addEventListener('focusin', focused)
    document.addEventListener('focusout', left)
    observer.observe(document.body, { childList: true, subtree: true, attributeFilter: ['disabled'] })
    return () => {
      document.removeEventListener('focusin', focused)
      document.removeEventListener('focusout', left)
      observer.disconnect()
    }
  }, [page])
}

const isDisabled = (element: EventTarget | null): boolean =>
  element instanceof HTMLElement && element.matches(':disabled')
