import { Button } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import common from '../../ui/common.module.css'
import { Page } from '../../ui/Page.tsx'
import { Panel } from '../../ui/Panel.tsx'
import css from './campaigns.module.css'
import { STEPS } from './steps.ts'
import { useCampaignForm, withTyped } from './useCampaignForm.ts'

const route = getRouteApi('/campaigns/new')

/** The wizard for a new campaign. */
export function NewCampaignPage() {
  const { step = 'basics' } = route.useSearch()
  const navigate = route.useNavigate()
  const { form, change } = useCampaignForm()
  const at = Math.max(
    0,
    STEPS.findIndex(({ key }) => key === step),
  )
  const { title, Body } = STEPS[at]!
  const go = (to: number) => {
    change(withTyped(form))
    void navigate({ search: { step: STEPS[to]?.key } })
  }
  return (
    <Page title="New campaign" above={<Link to="/campaigns">Campaigns</Link>}>
      <div className={`${common.stack} ${common.narrow}`}>
        <ol className={css.steps} aria-label="Steps">
          {STEPS.map(({ key, title: name }, i) => (
            <li key={key}>
              <button
                type="button"
                className={css.step}
                aria-current={i === at ? 'step' : undefined}
                onClick={() => go(i)}
              >
                <b>{i + 1}</b>
                {name}
              </button>
            </li>
          ))}
        </ol>
        <Panel title={title}>
          <div className={common.stack}>
            <Body form={form} change={change} titled />
            {at < STEPS.length - 1 && (
              <div className={css.end}>
                <Button variant="default" disabled={at === 0} onClick={() => go(at - 1)}>
                  Back
                </Button>
                <Button onClick={() => go(at + 1)}>Next</Button>
              </div>
            )}
          </div>
        </Panel>
      </div>
    </Page>
  )
}
