import { Argument, type Command } from 'commander'
import { EngineName } from '../app/engines/registry.ts'
import { BenchmarkName, SuiteName } from '../app/quicktests/options-schema.ts'
import { own } from '../lib/own.ts'
import { shellQuote } from '../lib/shell.ts'
import { kindOfArguments, kindOfOption } from './complete.ts'
import { command } from './terminal/command.ts'
import { printLines } from './terminal/output.ts'

const SHELLS = { bash: bashScript, zsh: zshScript, fish: fishScript } as const

/** `kitt completion`: a script with which a shell completes commands and options. */
export const completionCommand = (): Command =>
  command('completion', 'Print a script that completes commands, options, names and ids with the Tab key.', [
    'kitt completion bash > ~/.local/share/bash-completion/completions/kitt',
    'kitt completion zsh > ~/.zfunc/_kitt',
    'kitt completion fish > ~/.config/fish/completions/kitt.fish',
  ])
    .addArgument(new Argument('<shell>', 'your shell').choices(Object.keys(SHELLS)))
    .action((shell: keyof typeof SHELLS, _options: unknown, self: Command) =>
      printLines(SHELLS[shell](pathsOf(self.parent as Command, []))),
    )

/**
 * The words that can follow a path of commands such as `agents list`. `kind`: what its arguments name; `values`: words for the
 * values of options, or what they name.
 */
type CommandPath = {
  path: string
  words: { word: string; about: string }[]
  kind: string
  values: { option: string; words: string[]; kind: string }[]
}

/** Values of options that are the same on every server. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  '--engine': EngineName.options,
  '--benchmark': BenchmarkName.options,
  '--benchmarks': BenchmarkName.options,
  '--suite': SuiteName.options,
}

function pathsOf(at: Command, path: string[]): CommandPath[] {
  const words = [
    ...at.commands.map((inner) => ({ word: inner.name(), about: inner.description() })),
    ...at.options.map(({ long, description }) => ({ word: long ?? '', about: description })),
    { word: '--help', about: 'show help' },
  ]
  const joined = path.join(' ')
  const values = at.options.flatMap((option) => {
    const { long, argChoices } = option
    const known = argChoices ?? own(VALUES, long ?? '') ?? []
    const kind = kindOfOption(option) ?? ''
    return long && (known.length > 0 || kind) ? [{ option: long, words: [...known], kind }] : []
  })
  return [
    {
      path: joined,
      words: words.filter(({ word }) => word !== ''),
      kind: kindOfArguments(joined, at) ?? '',
      values,
    },
    ...at.commands
      .filter((inner) => inner.name() !== 'complete')
      .flatMap((inner) => pathsOf(inner, [...path, inner.name()])),
  ]
}

/** Every option whose value can be completed, once: options of one name mean the same everywhere. */
const valuesOf = (paths: CommandPath[]) => [
  ...new Map(paths.flatMap(({ values }) => values).map((value) => [value.option, value])).values(),
]

/** Shell code that sets `words` or `kind` by the option before the cursor, and `value` to 1 if it is one of these. */
const OF_OPTION = (paths: CommandPath[], set: (words: string[]) => string) =>
  `  case "$previous" in\n${valuesOf(paths)
    .map(
      ({ option, words, kind }) =>
        `    ${option}) value=1; ${words.length > 0 ? set(words) : `kind=${kind}`} ;;`,
    )
    .join('\n')}\n  esac`

/** Shell code that joins the typed words, options left out, to the longest known path of commands. */
const FIND = `  local word path="" next
  for word in "\${typed[@]}"; do
    [[ $word == -* ]] && continue
    next="\${path:+$path }$word"
    [[ " $paths " == *"|$next|"* ]] || break
    path=$next
  done`

const pathList = (paths: CommandPath[]) => `  local paths="${paths.map(({ path }) => `|${path}|`).join(' ')}"`

const caseOf = (paths: CommandPath[], line: (place: CommandPath) => string) =>
  `  case "$path" in\n${paths.map((place) => `    "${place.path}") ${line(place)} ;;`).join('\n')}\n  esac`

function bashScript(paths: CommandPath[]): string {
  return `_kitt() {
  local typed=("\${COMP_WORDS[@]:1:COMP_CWORD-1}") current="\${COMP_WORDS[COMP_CWORD]}" words="" kind="" value=""
  local previous="\${COMP_WORDS[COMP_CWORD-1]}"
${pathList(paths)}
${FIND}
${OF_OPTION(paths, (words) => `words="${words.join(' ')}"`)}
  if [[ -z $value ]]; then
${caseOf(paths, ({ words, kind }) => `words="${words.map(({ word }) => word).join(' ')}"; kind="${kind}"`)}
  fi
  [[ -n $kind && $current != -* ]] && words="$words $("\${COMP_WORDS[0]}" complete "$kind" "$current" 2>/dev/null)"
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _kitt kitt`
}

function zshScript(paths: CommandPath[]): string {
  const described = ({ words, kind }: CommandPath) =>
    `words_here=(${words.map(({ word, about }) => shellQuote(`${word}:${about}`)).join(' ')}); kind='${kind}'`
  return `#compdef kitt
_kitt() {
  local -a typed words_here
  local kind="" value="" previous="\${words[CURRENT-1]}" program="\${words[1]}" current="\${words[CURRENT]}"
  typed=("\${(@)words[2,CURRENT-1]}")
${pathList(paths)}
${FIND}
${OF_OPTION(paths, (words) => `words_here=(${words.join(' ')})`)}
  if [[ -z $value ]]; then
${caseOf(paths, described)}
  fi
  if [[ -n $kind && $current != -* ]]; then
    words_here+=("\${(@f)$("$program" complete "$kind" "$current" 2>/dev/null)}")
    words_here=("\${(@)words_here:#}")
  fi
  _describe 'kitt' words_here || _files
}
compdef _kitt kitt`
}

function fishScript(paths: CommandPath[]): string {
  const values = valuesOf(paths).map(({ option, words, kind }) => {
    const from = words.length > 0 ? words.join(' ') : `(kitt complete ${kind} (commandline -ct) 2>/dev/null)`
    return `complete -c kitt -n ${shellQuote(`__kitt_after ${option}`)} -f -a ${shellQuote(from)}`
  })
  const named = paths.flatMap(({ path, kind }) =>
    kind === ''
      ? []
      : [
          `complete -c kitt -n ${shellQuote(`__kitt_at ${shellQuote(path)}; and not string match -q -- '-*' (commandline -ct)`)} -f -a ${shellQuote(`(kitt complete ${kind} (commandline -ct) 2>/dev/null)`)}`,
        ],
  )
  const lines = paths.flatMap(({ path, words }) =>
    words.map(({ word, about }) => {
      const option = word.startsWith('--') ? `-l ${word.slice(2)}` : `-f -a ${word}`
      return `complete -c kitt -n ${shellQuote(`__kitt_at ${shellQuote(path)}`)} ${option} -d ${shellQuote(about)}`
    }),
  )
  return `function __kitt_at
  set -l path
  for word in (commandline -opc)[2..-1]
    string match -q -- '-*' $word; and continue
    set -l next (string join ' ' $path $word)
    contains -- "$next" ${paths
      .filter(({ path }) => path)
      .map(({ path }) => `'${path}'`)
      .join(' ')}; or break
    set path $next
  end
  test "$path" = "$argv[1]"
end
function __kitt_after
  contains -- (commandline -opc)[-1] $argv
end
${[...values, ...named, ...lines].join('\n')}`
}
