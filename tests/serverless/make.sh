#!/usr/bin/env bash
# Makes the `template.json` beside each `serverless.yml` with the real framework: what it leaves in
# `.serverless/cloudformation-template-update-stack.json`. Needs Node 20 and npm; takes some minutes and 500 MB below /tmp. Nothing is
# sent to AWS, and no account is needed.
#
# `shared-role`, `own-roles` (a plugin's role for each function) and `custom-resources` (functions of the framework's own) are made by
# version 3, the last that needs no login. `fork` is made by osls, which keeps that version going.
set -euo pipefail
cd "$(dirname "$0")"
here=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export SLS_TELEMETRY_DISABLED=1 SLS_NOTIFICATIONS_MODE=off AWS_ACCESS_KEY_ID=none AWS_SECRET_ACCESS_KEY=none

# made SERVICE PROGRAM PACKAGE...
made() {
    local service=$1 program=$2
    shift 2
    mkdir "$work/$service"
    cd "$work/$service"
    cp "$here/$service/serverless.yml" .
    # The handlers that it names, and nothing in them.
    sed -n 's/^ *handler: \(.*\)\.handler$/\1/p' serverless.yml | while read -r name; do
        touch "$name.js" "$name.py"
    done
    npm install --ignore-scripts --no-audit --no-fund --no-package-lock --save-dev "$@"
    "./node_modules/.bin/$program" package
    cp .serverless/cloudformation-template-update-stack.json "$here/$service/template.json"
}

made shared-role serverless serverless@3.40.0
made own-roles serverless serverless@3.40.0 serverless-iam-roles-per-function@3.2.0
made custom-resources serverless serverless@3.40.0
made fork osls osls@4.3.1
