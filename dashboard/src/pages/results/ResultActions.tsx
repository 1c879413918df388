import { useQuery } from '@tanstack/react-query'
import { testQuery } from '../../api/tests.ts'
import type { ResultView } from '../../lib/result.ts'
import { LinkButton } from '../../ui/LinkButton.tsx'
import { RunAgain } from '../../ui/RunAgain.tsx'
import { DeleteResult } from './DeleteResult.tsx'
import { DownloadDocument } from './DownloadDocument.tsx'

/** What can be done with a result: measure it again, keep it, delete it. */
export function ResultActions({ result }: { result: ResultView }) {
  const { id, testId, agentId, model, engine } = result
  const test = useQuery({ ...testQuery(testId ?? ''), enabled: testId !== null, retry: false }).data
  return (
    <>
      {test ? (
        <RunAgain test={test} />
      ) : (
        <LinkButton
          to="/quicktests/new"
          search={{ agent_id: agentId ?? undefined, model, engine }}
          variant="default"
        >
          Run with changes
        </LinkButton>
      )}
      <DownloadDocument id={id} />
      <DeleteResult id={id} />
    </>
  )
}
