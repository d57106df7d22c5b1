#!/usr/bin/env bash
# Makes `cdk.out` in `typescript`, `python`, `stages` and `providers` with the real CDK from the apps beside them. Needs Node 20, npm
# and Python 3.11 with venv; takes some minutes and 700 MB below /tmp. Versions are pinned by package-lock.json and requirements.txt.
#
# `typescript` has the flags that matter here of those that `cdk init` writes: its stacks refer to each other weakly
# (`Fn::GetStackOutput`). `python` has none, as apps that are older: exports and imports. `stages` has one stack twice, once in a
# stage, and a nested stack in it. `providers` has the functions that the CDK brings along by itself.
set -euo pipefail
cd "$(dirname "$0")"
here=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# What is checked in: templates as they are, and what leads from them to the source. Code and files that AWS is sent stay out; a
# path of this machine becomes /home/me/shop.
keep() {
    local app=$1
    rm -rf "$here/$app/cdk.out"
    mkdir "$here/$app/cdk.out"
    python3 "$here/trim.py" "$work/$app" "$here/$app/cdk.out"
}

cp -r typescript python stages providers "$work"
rm -rf "$work"/*/cdk.out

cd "$work/typescript"
npm ci --ignore-scripts --no-audit --no-fund
npx tsc
npx cdk synth --quiet --no-version-reporting --no-notices
keep typescript

cd "$work/stages"
ln -s "$work/typescript/node_modules" node_modules
npx cdk synth --quiet --no-version-reporting --no-notices
keep stages

cd "$work/providers"
ln -s "$work/typescript/node_modules" node_modules
npx cdk synth --quiet --no-version-reporting --no-notices
keep providers

cd "$work/python"
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check --requirement requirements.txt
PATH="$work/venv/bin:$PATH" "$work/typescript/node_modules/.bin/cdk" synth --quiet --no-version-reporting --no-notices
keep python
