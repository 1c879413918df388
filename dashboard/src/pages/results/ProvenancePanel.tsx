import { byText, provenanceOf } from '../../lib/provenance.ts'
import type { ResultView } from '../../lib/result.ts'
import { Facts } from '../../ui/Facts.tsx'
import { Panel } from '../../ui/Panel.tsx'

/** Of an imported result: the tool that measured it, and what was told of it and not measured. */
export function ProvenancePanel({ result }: { result: ResultView }) {
  const from = provenanceOf(result.document)
  if (!from) return null
  return (
    <Panel title="Imported">
      <Facts
        facts={[
          ['Measured by', from.tool],
          ['Format', from.format],
          ['File', from.file],
          ['Time', from.time],
          ...from.asserted.map(({ name, value, by }): [string, string] => [name, `${value}, ${byText(by)}`]),
        ]}
      />
    </Panel>
  )
}
