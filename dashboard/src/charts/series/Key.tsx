import type { ReactNode } from 'react'
import css from './series.module.css'

/** What the signs of a series mean; those that do not occur are left out. */
export function Key({ left, marks, alerts }: { left: boolean; marks: number; alerts: number }) {
  return (
    <p className={css.key}>
      <span>
        <Sign>
          <circle cx={8} cy={8} r={4} fill="var(--c1)" />
        </Sign>
        run
      </span>
      {left && (
        <span>
          <Sign>
            <circle cx={8} cy={8} r={4} fill="none" stroke="var(--dim)" strokeWidth={1.5} />
          </Sign>
          left out
        </span>
      )}
      <span>
        <Sign>
          <rect x={0} y={3} width={16} height={10} fill="var(--accent-soft)" />
          <path d="M0 8H16" stroke="var(--text)" strokeWidth={1.5} />
        </Sign>
        median of the segment and noise
      </span>
      {marks > 0 && (
        <span>
          <Sign>
            <path d="M8 0V16" stroke="var(--c2)" strokeWidth={1.5} strokeDasharray="3 2" />
          </Sign>
          changed here
        </span>
      )}
      {alerts > 0 && (
        <span>
          <Sign>
            <path d="M8 3L14 14H2Z" fill="var(--bad)" />
          </Sign>
          alert
        </span>
      )}
    </p>
  )
}

const Sign = ({ children }: { children: ReactNode }) => (
  <svg width={16} height={16} aria-hidden>
    {children}
  </svg>
)
