#!/usr/bin/env bash
# Posts the report as a comment of the pull request, or replaces the one that is there. Needs curl and jq.
set -euo pipefail

marker='<!-- kitt gate -->'
pull=$(jq -r '.pull_request.number // .issue.number // empty' "$GITHUB_EVENT_PATH")
if [ -z "$pull" ]; then
  echo 'No pull request: the report is in the summary of the job.'
  exit 0
fi

# The token is read from a file that only this user can read: arguments are seen by every user of the machine.
headers=$(mktemp)
trap 'rm -f "$headers"' EXIT
printf 'Authorization: Bearer %s\n' "$GITHUB_TOKEN" >"$headers"

github() {
  local method=$1 path=$2
  shift 2
  curl --silent --show-error --fail-with-body --max-time 60 --request "$method" \
    --header "@$headers" --header 'Accept: application/vnd.github+json' \
    --header 'Content-Type: application/json' \
    "$@" "$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/$path"
}

known=''
for page in 1 2 3 4 5 6 7 8 9 10; do
  comments=$(github GET "issues/$pull/comments?per_page=100&page=$page")
  known=$(jq -r --arg marker "$marker" '[.[] | select(.body // "" | startswith($marker)) | .id][0] // empty' <<<"$comments")
  [ -z "$known" ] && [ "$(jq length <<<"$comments")" -eq 100 ] || break
done

body=$(jq -n --arg marker "$marker" --rawfile report "$GATE_REPORT" '{body: ($marker + "\n" + $report)}')
if [ -n "$known" ]; then
  github PATCH "issues/comments/$known" --data-binary @- <<<"$body" >/dev/null
else
  github POST "issues/$pull/comments" --data-binary @- <<<"$body" >/dev/null
fi
