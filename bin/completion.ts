import { Argument, type Command } from 'commander'
import { shellQuote } from '../lib/shell.ts'
import { command } from './terminal/command.ts'
import { printLines } from './terminal/output.ts'

const SHELLS = { bash: bashScript, zsh: zshScript, fish: fishScript } as const

/** `kitt completion`: a script with which a shell completes commands and options. */
export const completionCommand = (): Command =>
  command('completion', 'Print a script that completes commands and options with the Tab key.', [
    'kitt completion bash > ~/.local/share/bash-completion/completions/kitt',
    'kitt completion zsh > ~/.zfunc/_kitt',
    'kitt completion fish > ~/.config/fish/completions/kitt.fish',
  ])
    .addArgument(new Argument('<shell>', 'your shell').choices(Object.keys(SHELLS)))
    .action((shell: keyof typeof SHELLS, _options: unknown, self: Command) =>
      printLines(SHELLS[shell](pathsOf(self.parent as Command, []))),
    )

/** The words that can follow a path of commands such as `agents list`. */
type CommandPath = { path: string; words: { word: string; about: string }[] }

function pathsOf(at: Command, path: string[]): CommandPath[] {
  const words = [
    ...at.commands.map((inner) => ({ word: inner.name(), about: inner.description() })),
    ...at.options.map(({ long, description }) => ({ word: long ?? '', about: description })),
    { word: '--help', about: 'show help' },
  ]
  return [
    { path: path.join(' '), words: words.filter(({ word }) => word !== '') },
    ...at.commands.flatMap((inner) => pathsOf(inner, [...path, inner.name()])),
  ]
}

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
  local typed=("\${COMP_WORDS[@]:1:COMP_CWORD-1}") current="\${COMP_WORDS[COMP_CWORD]}" words=""
${pathList(paths)}
${FIND}
${caseOf(paths, ({ words }) => `words="${words.map(({ word }) => word).join(' ')}"`)}
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _kitt kitt`
}

function zshScript(paths: CommandPath[]): string {
  const described = ({ words }: CommandPath) =>
    `words_here=(${words.map(({ word, about }) => shellQuote(`${word}:${about}`)).join(' ')})`
  return `#compdef kitt
_kitt() {
  local -a typed words_here
  typed=("\${(@)words[2,CURRENT-1]}")
${pathList(paths)}
${FIND}
${caseOf(paths, described)}
  _describe 'kitt' words_here || _files
}
compdef _kitt kitt`
}

function fishScript(paths: CommandPath[]): string {
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
${lines.join('\n')}`
}
