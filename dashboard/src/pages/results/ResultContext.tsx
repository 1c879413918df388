import { Link } from '@tanstack/react-router'
import { withUnit } from '../../lib/format.ts'
import { asNumber, asObject, asText, type Loose } from '../../lib/loose.ts'
import type { ResultView } from '../../lib/result.ts'
import { CopyLine } from '../../ui/CopyLine.tsx'
import common from '../../ui/common.module.css'
import { Facts } from '../../ui/Facts.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { EngineFacts } from './EngineFacts.tsx'
import { ProvenancePanel } from './ProvenancePanel.tsx'
import css from './results.module.css'

/** The hardware, the engine and the settings of a measurement. */
export function ResultContext({ result }: { result: ResultView }) {
  const system = asObject(result.document['system_info'])
  const gpu = asObject(system['gpu'])
  const cpu = asObject(system['cpu'])
  const vram = asNumber(gpu['vram_gb'])
  const ram = asNumber(system['ram_gb'])
  const cores = asNumber(cpu['cores'])
  const hardware: [string, string | undefined][] = [
    ['GPU', result.gpu],
    ['GPU memory', vram !== undefined && vram > 0 ? withUnit(vram, 'GB') : undefined],
    ['CPU', [asText(cpu['model']), cores && `${cores} cores`].filter(Boolean).join(', ')],
    ['Memory', ram !== undefined ? withUnit(ram, 'GB') : undefined],
    ['Environment', asText(system['environment_type'])],
    ['Driver', asText(system['driver_version'])],
    ['Kernel', asText(system['kernel'])],
    ['Fingerprint', asText(system['fingerprint'])],
  ]
  return (
    <div className={common.stack}>
      <ProvenancePanel result={result} />
      {hardware.some(([, value]) => value) && (
        <Panel title="Hardware">
          <Facts facts={hardware} />
        </Panel>
      )}
      <EngineFacts result={result} />
      <Panel title="Settings">
        <Facts
          facts={[
            ['Suite', result.suite],
            ['KITT version', asText(result.document['kitt_version'])],
            [
              'Quick test',
              result.testId && (
                <Link to="/quicktests/$id" params={{ id: result.testId }}>
                  {result.testId}
                </Link>
              ),
            ],
            [
              'Campaign',
              result.campaignId && (
                <Link to="/campaigns/$id" params={{ id: result.campaignId }}>
                  {result.campaignId}
                </Link>
              ),
            ],
            ['Id', <code key="id">{result.id}</code>],
          ]}
        />
        <ConfigFacts config={asObject(result.document['config'])} />
      </Panel>
    </div>
  )
}

/** The options of a measurement and the command to repeat it. */
function ConfigFacts({ config }: { config: Loose }) {
  const options = config['options']
  const entries = typeof options === 'object' && options !== null ? Object.entries(options) : []
  const command = asText(config['command'])
  return (
    <div className={css.config}>
      <Facts facts={entries.map(([key, value]) => [key, <code key={key}>{shown(value)}</code>])} />
      {command && (
        <>
          <h3>Command to repeat the measurement</h3>
          <CopyLine text={command} label="the command" />
        </>
      )}
    </div>
  )
}

const shown = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))
