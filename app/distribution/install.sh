#!/usr/bin/env bash
# Installs the KITT agent below ~/.kitt (or KITT_HOME) and configures its server. It can be run again at any time.
#   KITT_TOKEN    the token of this agent; asked for if not set
#   KITT_NAME     the name of this agent on the server, if the URL of this script has none
#   KITT_CA       the CA file of the server (PEM), if its certificate is not publicly trusted
#   KITT_SERVICE  yes or no: whether systemd runs the agent; asked for if not set
set -euo pipefail
# <values>
server='' name='' port=''
# </values>

say() { printf '%s\n' "$*" >&2; }
fail() {
  say "kitt: $*"
  exit 1
}

find_runtime() {
  local name
  for name in node bun; do
    command -v "$name" >/dev/null 2>&1 || continue
    # Bun reports the Node version that it is compatible with.
    if [ "$("$name" -p 'process.versions.node.split(".")[0] >= 20' 2>/dev/null)" = true ]; then
      command -v "$name"
      return
    fi
  done
  fail 'Node 20 or later, or Bun, is needed. Install one (https://nodejs.org) and run this again.'
}

# Certificates are always checked; KITT_CA is the trusted CA.
fetch() {
  local url=$1 file=$2
  if command -v curl >/dev/null 2>&1; then
    curl -fsS --retry 2 ${ca:+--cacert "$ca"} -o "$file" "$url"
  elif command -v wget >/dev/null 2>&1; then
    wget -q ${ca:+"--ca-certificate=$ca"} -O "$file" "$url"
  else
    fail 'curl or wget is needed.'
  fi || fail "$url could not be downloaded. If the server has its own CA, set KITT_CA to the file of that CA."
}

digest_of() {
  if command -v sha256sum >/dev/null 2>&1; then
    sha256sum <"$1"
  else
    shasum -a 256 <"$1"
  fi | cut -c 1-64
}

download() {
  fetch "$server/api/v1/agent/package/sha256" "$work/digest"
  local wanted
  wanted=$(sed -n 's/.*"sha256": *"\([0-9a-f]\{64\}\)".*/\1/p' "$work/digest")
  [ -n "$wanted" ] || fail 'The server sent no digest of the agent. Check that this is a KITT server, and try again.'
  fetch "$server/api/v1/agent/package" "$work/agent.tgz"
  [ "$(digest_of "$work/agent.tgz")" = "$wanted" ] || fail 'The downloaded agent is damaged: its digest does not match. Try again.'
  mkdir "$work/agent"
  tar -xzf "$work/agent.tgz" -C "$work/agent" --strip-components 1
  digest=$wanted
}

# Asks at the terminal, also when this script is read from a pipe.
ask() {
  local question=$1 answer=''
  { printf '%s' "$question" >/dev/tty && IFS= read -r answer </dev/tty; } 2>/dev/null || return 1
  printf '%s' "$answer"
}

ask_secretly() {
  local question=$1 answer=''
  { printf '%s' "$question" >/dev/tty && IFS= read -rs answer </dev/tty && printf '\n' >/dev/tty; } 2>/dev/null || return 1
  printf '%s' "$answer"
}

configure() {
  if [ -z "${KITT_TOKEN:-}" ] && [ -f "$KITT_HOME/agent.json" ]; then
    say 'The agent is already configured; its configuration is unchanged.'
    return
  fi
  if [ -z "${KITT_TOKEN:-}" ]; then
    KITT_TOKEN=$(ask_secretly 'Token of this agent: ') || fail 'There is no terminal to ask at: set KITT_TOKEN.'
    [ -n "$KITT_TOKEN" ] || fail 'An agent needs a token: run this again and enter one.'
  fi
  export KITT_TOKEN
  kitt agent preflight "--server=$server" ${ca:+"--ca=$ca"}
  local options=("--server=$server")
  name=${name:-${KITT_NAME:-}}
  if [ -n "$name" ]; then options+=("--name=$name"); fi
  if [ -n "$port" ]; then options+=("--port=$port"); fi
  if [ -n "$ca" ]; then options+=("--ca=$ca"); fi
  kitt agent init "${options[@]}"
  unset KITT_TOKEN
}

offer_service() {
  local answer=${KITT_SERVICE:-}
  if [ -z "$answer" ] && kitt agent service status >/dev/null 2>&1; then answer=yes; fi
  if [ -z "$answer" ] && command -v systemctl >/dev/null 2>&1; then
    answer=$(ask 'Run the agent with systemd, now and after every boot? [y/N] ') || answer=no
  fi
  case $answer in
    [yY]*) kitt agent service install ;;
    *) say "Start the agent with: $KITT_HOME/bin/kitt agent start" ;;
  esac
}

kitt() { "$runtime" "$program" "$@" </dev/null; }

main() {
  ca=${KITT_CA:-}
  if [ -n "$ca" ] && [ ! -r "$ca" ]; then fail "KITT_CA names $ca, which cannot be read."; fi
  export KITT_HOME="${KITT_HOME:-${HOME:?}/.kitt}"
  umask 077
  mkdir -p "$KITT_HOME"
  runtime=$(find_runtime)
  work=$(mktemp -d "$KITT_HOME/install.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  download
  program=$work/agent/kitt-agent.mjs
  kitt agent adopt "$work/agent" --digest "$digest"
  program=$KITT_HOME/agent/current/kitt-agent.mjs
  say "KITT agent $(kitt --version) is in $KITT_HOME."
  configure
  offer_service
}

main "$@"
