import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { type EngineProfile, profilesQuery } from '../../api/engines.ts'
import { ActionButton } from '../../ui/ActionButton.tsx'
import common from '../../ui/common.module.css'
import { DataTable } from '../../ui/DataTable.tsx'
import { Empty } from '../../ui/Empty.tsx'
import { Lines } from '../../ui/Lines.tsx'
import { Loaded } from '../../ui/Loaded.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { Time } from '../../ui/Time.tsx'
import { DeleteProfile } from './DeleteProfile.tsx'
import { ProfileDialog } from './ProfileDialog.tsx'

/** Ways of building and running engines, kept under a name. */
export function Profiles() {
  const profiles = useQuery(profilesQuery())
  const [edited, edit] = useState<EngineProfile | 'new'>()
  return (
    <Panel
      title="Engine profiles"
      flush
      aside={
        <ActionButton needs="make a profile" variant="default" onClick={() => edit('new')}>
          New profile
        </ActionButton>
      }
    >
      <Loaded query={profiles} skeleton={<Lines n={3} />}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="No profiles yet.">
              A profile keeps how an engine is built and run, so that tests can name it.
            </Empty>
          ) : (
            <ProfilesTable profiles={items} onEdit={edit} />
          )
        }
      </Loaded>
      <ProfileDialog edited={edited} onClose={() => edit(undefined)} />
    </Panel>
  )
}

type TableProps = { profiles: EngineProfile[]; onEdit(profile: EngineProfile): void }

function ProfilesTable({ profiles, onEdit }: TableProps) {
  return (
    <DataTable
      label="Engine profiles"
      rows={profiles}
      rowKey={({ id }) => id}
      columns={[
        {
          key: 'name',
          header: 'Name',
          cell: ({ name, description }) => (
            <div>
              <span className={common.name}>{name}</span>
              {description && <div className={common.sub}>{description}</div>}
            </div>
          ),
        },
        { key: 'engine', header: 'Engine', cell: ({ engine, mode }) => `${engine}, ${mode}` },
        {
          key: 'config',
          header: 'Runs with',
          cell: ({ runtime_config }) => <code>{JSON.stringify(runtime_config)}</code>,
        },
        { key: 'at', header: 'Changed', numeric: true, cell: ({ updated_at }) => <Time at={updated_at} /> },
        {
          key: 'act',
          header: 'Change it',
          silent: true,
          numeric: true,
          cell: (profile) => (
            <span className={common.buttons}>
              <Button variant="subtle" aria-label={`Edit ${profile.name}`} onClick={() => onEdit(profile)}>
                Edit
              </Button>
              <DeleteProfile profile={profile} />
            </span>
          ),
        },
      ]}
    />
  )
}
