import { IconCloudOff } from '@tabler/icons-react'
import css from './states.module.css'

/** Stands where a part of the app could not be loaded. */
export function Waiting() {
  return (
    <div className={css.failure} role="status">
      <IconCloudOff size={18} aria-hidden />
      <div className={css.failureText}>
        The server does not respond, and this part of the app was not loaded before. It is tried again every
        two seconds; what you have opened so far still works.
      </div>
    </div>
  )
}
