#!/usr/bin/env bash
# Builds the image and holds it to what the runner and its users may rely on (tests/it/container.rs), with docker or podman.
# CONTAINER_ENGINE names the engine, CONTAINER_IMAGE an image that is built already.
set -euo pipefail
cd "$(dirname "$0")/../.."
export CONTAINER_ENGINE=${CONTAINER_ENGINE:-$(command -v docker || command -v podman)}
if [[ -z ${CONTAINER_IMAGE:-} ]]; then
  CONTAINER_IMAGE=aws-least-privilege:test
  "$CONTAINER_ENGINE" build --tag "$CONTAINER_IMAGE" .
fi
export CONTAINER_IMAGE
exec cargo test --locked --test it container:: -- --ignored
