#!/usr/bin/env bash
# The newer Pythons that the machine has, one a line; what it lacks is said on the error stream.
set -euo pipefail

for version in 3.12 3.13; do
  found=
  for candidate in "python$version" "${PYENV_ROOT:-$HOME/.pyenv}"/versions/"$version".*/bin/python; do
    if "$candidate" -c 'import venv, ensurepip' 2>/dev/null; then
      found=$candidate
      break
    fi
  done
  if [ -n "$found" ]; then echo "$version $found"; else echo "Python $version: NOT on this machine, not tried" >&2; fi
done
