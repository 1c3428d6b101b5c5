#!/usr/bin/env bash
# Install from Debian what the build needs and the machine lacks: JDK 17, Maven, Python 3.11 with venv, git, spin with a C compiler, Prometheus.
# Says what it does, never asks, installs nothing where nothing is missing.
set -euo pipefail

missing=()
java_major() { javac -version 2>&1 | sed -nE 's/^javac ([0-9]+).*/\1/p'; }
major=$(java_major || true)
[ "${major:-0}" -ge 17 ] || missing+=(openjdk-17-jdk-headless)
command -v mvn >/dev/null || missing+=(maven)
command -v git >/dev/null || missing+=(git)
command -v spin >/dev/null || missing+=(spin)
command -v promtool >/dev/null || missing+=(prometheus)
echo '#include <stdio.h>' | cc -E - >/dev/null 2>&1 || missing+=(gcc libc6-dev)
if ! "${PYTHON:-python3}" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
  missing+=(python3 python3-venv)
fi
[ ${#missing[@]} -gt 0 ] || exit 0

if [ "$(id -u)" != 0 ]; then
  echo "Missing on this machine: ${missing[*]}. As root: apt-get install ${missing[*]}" >&2
  exit 1
fi
if ! command -v apt-get >/dev/null; then
  echo "Missing on this machine: ${missing[*]} (names of Debian's packages). Install them and try again." >&2
  exit 1
fi
echo "Installing from Debian: ${missing[*]} (a minute or two)"
mkdir -p /usr/share/man/man1 # slim images lack it, and the JDK's alternatives need it
log=$(mktemp)
if ! "$(dirname "$0")/apt.sh" ca-certificates "${missing[@]}" >"$log" 2>&1 </dev/null; then
  tail -n 20 "$log" >&2
  exit 1
fi
rm -f "$log"
