import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useAccess } from '../../api/access.ts'
import { kitt, read } from '../../api/kitt.ts'
import { defaultRuleQuery } from '../../api/setups.ts'
import { Loaded } from '../../ui/Loaded.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { RuleForm } from './RuleForm.tsx'
import css from './setups.module.css'

/** The rule of all setups without their own, for administrators; it is read once it is opened. */
export function DefaultRule() {
  const [open, setOpen] = useState(false)
  const rule = useQuery({ ...defaultRuleQuery(), enabled: open })
  if (useAccess() !== 'full') return null
  return (
    <Panel title="Rule of all setups" aside="for those without a rule of their own" flush>
      <details className={css.past} onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>Which metrics are watched, and how a suspicion is confirmed</summary>
        {open && (
          <div className={css.inner}>
            <Loaded query={rule} lines={6} height={30}>
              {(given) => (
                <RuleForm
                  key={JSON.stringify(given)}
                  rule={given}
                  save={(json) => read(kitt().api.v1.rules.default.$put({ json }))}
                />
              )}
            </Loaded>
          </div>
        )}
      </details>
    </Panel>
  )
}
