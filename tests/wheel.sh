#!/usr/bin/env bash
# Builds sdist and wheel into dist/, then tries the wheel where nothing of the source tree can be reached by accident.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD

work=$(mktemp -d)
# Apart from it, since no identity is made in a folder that holds manifests.
home=$(mktemp -d)
trap 'rm -rf "$work" "$home"' EXIT
pip() { "$work/venv/bin/python" -m pip --disable-pip-version-check --no-input --quiet "$@"; }

"${PYTHON:-python3}" -m venv "$work/venv"
rm -rf build dist
# The wheel is built from the sdist, so that a file missing there is noticed.
pip install 'setuptools>=77'
"$work/venv/bin/python" -c 'from setuptools import build_meta; build_meta.build_sdist("dist")' >"$work/build.log"
mkdir "$work/source"
tar -xzf dist/*.tar.gz --strip-components 1 -C "$work/source"
(cd "$work/source" && "$work/venv/bin/python" -c \
  'import sys; from setuptools import build_meta; build_meta.build_wheel(sys.argv[1])' "$root/dist") >>"$work/build.log"

pip install -c constraints.txt dist/*.whl
cp -r connections.d "$work/connections.d"
cd "$work"
export HOME="$home" PATH="$work/venv/bin:$PATH"

reconcile --version
reconcile validate
# The simulator's answers are data files of the package, and so is all that a run needs.
reconcile --dry-run >"$work/dry-run.txt" || { cat "$work/dry-run.txt"; exit 1; }
tail -n 1 "$work/dry-run.txt"
reconcile schema connection >"$work/schema.json"
# The templates are data files too.
reconcile init "$work/new" >/dev/null
(cd "$work/new" && reconcile validate)
python - <<'CHECK'
import json
import pathlib
import reconciler

package = pathlib.Path(reconciler.__file__).parent
assert pathlib.Path.cwd() in package.parents, f"the source tree was imported: {package}"
assert (package / "py.typed").is_file(), "py.typed is missing"
assert json.loads(pathlib.Path("schema.json").read_text())["$schema"], "no schema came out"
CHECK
ls -l "$root"/dist
