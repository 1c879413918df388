import { Button, Modal } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { type EngineProfile, profilesQuery } from '../../api/engines.ts'
import { ActionButton } from '../../ui/ActionButton.tsx'
import common from '../../ui/common.module.css'
import { DataTable } from '../../ui/DataTable.tsx'
import { Empty } from '../../ui/Empty.tsx'
import { Loaded } from '../../ui/Loaded.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { Time } from '../../ui/Time.tsx'
import { DeleteProfile } from './DeleteProfile.tsx'
import { ProfileForm } from './ProfileForm.tsx'

/** The engine profiles: named configurations for building and running an engine. */
export function Profiles() {
  const profiles = useQuery(profilesQuery())
  const [edited, edit] = useState<EngineProfile | 'new'>()
  return (
    <Panel
      title="Engine profiles"
      flush
      aside={
        <ActionButton needs="create a profile" variant="default" onClick={() => edit('new')}>
          New profile
        </ActionButton>
      }
    >
      <Loaded query={profiles} lines={3}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="No profiles yet.">
              A profile is a named configuration of an engine, to be used by tests.
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
          header: 'Runtime configuration',
          cell: ({ runtime_config }) => <code>{JSON.stringify(runtime_config)}</code>,
        },
        { key: 'at', header: 'Changed', numeric: true, cell: ({ updated_at }) => <Time at={updated_at} /> },
        {
          key: 'act',
          header: 'Actions',
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

type Props = { edited: EngineProfile | 'new' | undefined; onClose(): void }

/** Creates or changes a profile. */
function ProfileDialog({ edited, onClose }: Props) {
  return (
    <Modal
      opened={edited !== undefined}
      onClose={onClose}
      size="lg"
      title={edited === 'new' ? 'New engine profile' : 'Edit engine profile'}
    >
      {edited !== undefined && (
        <ProfileForm profile={edited === 'new' ? undefined : edited} onDone={onClose} />
      )}
    </Modal>
  )
}
