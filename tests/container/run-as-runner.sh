#!/usr/bin/env bash
# Runs the image as GitHub's runner runs a container action: same folders, same variables, no arguments, no options beyond.
#
#   run-as-runner.sh IMAGE EVENT.json WORKSPACE [NAME=VALUE...] [-- ARGUMENT...]
#
# Each NAME=VALUE is one more variable, inputs included: 'INPUT_FAIL-ON=high'. The event is named as its file, up to the first dot:
# pull_request.fork.json. The runner gives no arguments; with some, the image is the command-line tool. Ends with the code of the
# container.
#
# Different from the runner: the network is the host's, so that servers on the loopback are reached, and the engine's socket is
# not mounted. CONTAINER_ENGINE is the engine (docker, else podman). What the step writes for the runner, such as its outputs and
# summary, is printed after its log, or, with RUNNER_FILES, left in that folder.
set -euo pipefail

if [[ $# -lt 3 ]]; then
  sed -n '4,14s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
image=$1 event=$2 workspace=$3
shift 3
engine=${CONTAINER_ENGINE:-$(command -v docker || command -v podman)}

temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
files=${RUNNER_FILES:-$temp/file_commands}
mkdir -p "$temp/home" "$temp/workflow" "$temp/temp" "$files"
cp "$event" "$temp/workflow/event.json"
for name in output env path state step_summary; do : >"$files/$name"; done

variables=()
while [[ $# -gt 0 && $1 != -- ]]; do
  variables+=(-e "$1")
  shift
done
[[ $# -eq 0 ]] || shift

name=$(basename "$event")
code=0
"$engine" run --rm --network host --workdir /github/workspace \
  -e HOME=/github/home -e CI=true -e GITHUB_ACTIONS=true \
  -e RUNNER_OS=Linux -e RUNNER_ARCH=X64 -e RUNNER_NAME=local -e RUNNER_TEMP=/github/runner_temp \
  -e GITHUB_WORKSPACE=/github/workspace -e GITHUB_EVENT_PATH=/github/workflow/event.json \
  -e GITHUB_OUTPUT=/github/file_commands/output -e GITHUB_ENV=/github/file_commands/env \
  -e GITHUB_PATH=/github/file_commands/path -e GITHUB_STATE=/github/file_commands/state \
  -e GITHUB_STEP_SUMMARY=/github/file_commands/step_summary \
  -e GITHUB_SERVER_URL=https://github.com -e GITHUB_API_URL=https://api.github.com \
  -e GITHUB_GRAPHQL_URL=https://api.github.com/graphql \
  -e GITHUB_EVENT_NAME="${name%%.*}" -e GITHUB_REPOSITORY=acme/shop -e GITHUB_ACTOR=acme \
  -e GITHUB_SHA=0123456789012345678901234567890123456789 -e GITHUB_REF=refs/heads/main \
  -e GITHUB_JOB=gate -e GITHUB_RUN_ID=1 -e GITHUB_RUN_NUMBER=1 -e GITHUB_RUN_ATTEMPT=1 \
  "${variables[@]}" \
  -v "$temp/home:/github/home" -v "$temp/workflow:/github/workflow" -v "$temp/temp:/github/runner_temp" \
  -v "$(realpath "$files"):/github/file_commands" -v "$(realpath "$workspace"):/github/workspace" \
  "$image" "$@" || code=$?

if [[ -z ${RUNNER_FILES:-} ]]; then
  for name in output step_summary; do
    printf -- '--- %s\n' "$name"
    cat "$files/$name"
  done
fi
exit "$code"
