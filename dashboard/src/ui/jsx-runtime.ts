import { jsx as element, jsxs as elements } from 'react/jsx-runtime'
import { visibleText } from '../lib/visible-text.ts'

export { Fragment } from 'react/jsx-runtime'

/** Attributes that people read or hear. */
const READ = ['title', 'aria-label', 'alt', 'placeholder'] as const

type Props = Record<string, unknown>

/** Makes an element; its text shows characters that cannot be seen. The build puts it in the place of React's own. */
export const jsx: typeof element = (type, props, key) => element(type, shown(props as Props), key)

/** As `jsx`, for several children. */
export const jsxs: typeof elements = (type, props, key) => elements(type, shown(props as Props), key)

/** The properties with all of their text visible; a component hands on what it was given. */
function shown(props: Props): Props {
  const changed: Props = {}
  const children = withVisibleText(props['children'])
  if (children !== props['children']) changed['children'] = children
  for (const name of READ) {
    const given = props[name]
    const text = typeof given === 'string' ? visibleText(given) : given
    if (text !== given) changed[name] = text
  }
  return Object.keys(changed).length > 0 ? { ...props, ...changed } : props
}

/** The same value if all of its text is visible as it is. */
function withVisibleText(children: unknown): unknown {
  if (typeof children === 'string') return visibleText(children)
  if (!Array.isArray(children)) return children
  const made = children.map(withVisibleText)
  return made.some((child, i) => child !== children[i]) ? made : children
}
