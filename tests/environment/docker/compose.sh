#!/usr/bin/env bash
# Run Docker's compose on docker-compose.test.yml: the plugin where there is one, else Debian's docker-compose,
# installed when it is missing. Usage: compose.sh ARGUMENTS...
set -euo pipefail

root=$(cd "$(dirname "$0")/../../.." && pwd)
arguments=(-f "$root/docker-compose.test.yml" "$@")
if docker compose version >/dev/null 2>&1; then exec docker compose "${arguments[@]}"; fi
if ! command -v docker-compose >/dev/null; then
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "Docker's compose is missing (Debian: apt-get install docker-compose)." >&2
    exit 1
  fi
  echo "Installing from Debian: docker-compose" >&2
  log=$(mktemp)
  "$root/tests/environment/apt.sh" docker-compose >"$log" 2>&1 </dev/null || { tail -n 20 "$log" >&2; exit 1; }
  rm -f "$log"
fi
exec docker-compose "${arguments[@]}"
