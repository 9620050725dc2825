#!/usr/bin/env bash
# Proves the first minute of a newcomer: clone, `make demo`, `make test`, with an empty home and no environment left
# over from before; then looks for files and processes left behind.
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/home" "$work/tmp"

git clone --quiet --no-local . "$work/clone"

# `env -i` keeps nothing but what finds programs and packages: pip's own settings come along, ours do not.
clean=(env -i "PATH=$PATH" "HOME=$work/home" "TMPDIR=$work/tmp" "LANG=C.UTF-8" "FRESH_CLONE=$work")
while IFS='=' read -r name value; do
  clean+=("$name=$value")
done < <(env | grep -E '^(PIP_[A-Z_]+|PYTHON|PYENV_VERSION|SSL_CERT_FILE|https?_proxy|no_proxy|HTTPS?_PROXY|NO_PROXY)=' || true)

fail() {
  echo "error: $1" >&2
  exit 1
}

for target in demo test; do
  echo "== make $target"
  "${clean[@]}" make -C "$work/clone" --no-print-directory "$target" </dev/null
done

echo "== what was left behind"
# A process of ours carries the mark of this run in its environment.
left=$(grep -lzs "^FRESH_CLONE=$work\$" /proc/[0-9]*/environ | cut -d/ -f3 || true)
[ -z "$left" ] || fail "processes still run: $(ps -o pid=,args= -p "${left//$'\n'/,}")"
# pip keeps its cache, and asks rustc for its version, of which rustup makes a note; pytest keeps the folders of its
# last runs. Nothing else may appear.
tmp=$(find "$work/tmp" -mindepth 1 -maxdepth 1 -not -name 'pytest-of-*' | head)
[ -z "$tmp" ] || fail "temporary files remain: $tmp"
home=$(find "$work/home" -mindepth 1 -not -type d -not -path "$work/home/.cache/pip/*" \
  -not -path "$work/home/.rustup/*" | head)
[ -z "$home" ] || fail "the home folder was written to: $home"
changed=$(git -C "$work/clone" status --porcelain)
[ -z "$changed" ] || fail "the clone was changed: $changed"
echo "nothing"
