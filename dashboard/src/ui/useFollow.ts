import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'

const NEAR_PX = 32

/** Keeps an element scrolled to its end while it grows; scrolling up stops it, scrolling to the end resumes it. */
export function useFollow(ref: RefObject<HTMLElement | null>, size: number) {
  const [following, setFollowing] = useState(true)
  const lastTop = useRef(0)
  const toEnd = useCallback(() => {
    const element = ref.current
    if (element) element.scrollTop = element.scrollHeight
    setFollowing(true)
  }, [ref])
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when the size changes
  useLayoutEffect(() => {
    const element = ref.current
    if (following && element) element.scrollTop = element.scrollHeight
  }, [size, following, ref])
  useEffect(() => {
    const element = ref.current
    if (!element) return
    const onScroll = () => {
      const rest = element.scrollHeight - element.clientHeight - element.scrollTop
      if (rest <= NEAR_PX) setFollowing(true)
      else if (element.scrollTop < lastTop.current) setFollowing(false)
      lastTop.current = element.scrollTop
    }
    element.addEventListener('scroll', onScroll, { passive: true })
    return () => element.removeEventListener('scroll', onScroll)
  }, [ref])
  const stop = useCallback(() => setFollowing(false), [])
  return { following, toEnd, stop }
}
