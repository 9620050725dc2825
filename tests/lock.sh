#!/usr/bin/env bash
# Writes constraints.txt anew: the newest versions that pyproject.toml allows, as one fresh environment resolves them.
# Run it with the oldest supported Python, so that every pin exists there too: make PYTHON=python3.11 lock
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/python" -m pip --disable-pip-version-check --no-input install --quiet '.[dev,clients,lint]'
{
  echo '# Pinned versions for reproducible installs: `make lock` writes this file anew.'
  "$work/venv/bin/python" -m pip --disable-pip-version-check freeze --exclude reconciler
} >"$work/constraints.txt"

diff -u constraints.txt "$work/constraints.txt" || true
cp "$work/constraints.txt" constraints.txt
