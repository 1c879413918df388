#!/usr/bin/env bash
# Calls "kitt gate" with the inputs of the action; adds its report to the summary of the job.
set -euo pipefail

report="${RUNNER_TEMP:-/tmp}/kitt-gate.md"
rm -f "$report"

# Split into words only: nothing in an input is run by this shell or expanded as a file name.
read -r -d '' -a kitt <<<"$GATE_KITT" || true
read -r -d '' -a args <<<"$GATE_RESULTS" || true
if [ -n "$GATE_RUN" ]; then
  read -r -d '' -a run <<<"$GATE_RUN" || true
  args+=(--run "${run[@]}")
fi
[ -z "$GATE_BASELINE" ] || args+=(--baseline "$GATE_BASELINE")
[ -z "$GATE_SETUP" ] || args+=(--setup "$GATE_SETUP")
[ -z "$GATE_JUNIT" ] || args+=(--junit "$GATE_JUNIT")
while IFS= read -r limit; do
  [ -z "${limit// /}" ] || args+=(--limit "$limit")
done <<<"$GATE_LIMITS"

code=0
"${kitt[@]}" gate "${args[@]}" --unclear "$GATE_UNCLEAR" --markdown --output "$report" || code=$?

echo "exit-code=$code" >>"$GITHUB_OUTPUT"
if [ -f "$report" ]; then
  echo "report=$report" >>"$GITHUB_OUTPUT"
  cat "$report" >>"$GITHUB_STEP_SUMMARY"
fi
