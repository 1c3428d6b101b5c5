#!/usr/bin/env bash
# Install Debian's packages, one process of a test run after the other, for apt waits for nobody. Usage: apt.sh PACKAGES...
set -euo pipefail

cache=$(cd "$(dirname "$0")/../.." && pwd)/.cache
mkdir -p "$cache"
exec 8>"$cache/apt.lock"
flock 8
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
apt-get install -y -q --no-install-recommends -o Dpkg::Options::=--force-confold "$@"
