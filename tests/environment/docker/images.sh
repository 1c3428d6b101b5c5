#!/usr/bin/env bash
# Have the images that the tests use, under the names that public registries use where those have them.
# Each is kept (same inputs as when it was built, or a genuine one), pulled, or built here from Debian and Maven.
#
# Usage: images.sh base|keycloak|postgres|python|openldap|keycloak-dev-file|keycloak-postgres|all ...
# SBE_SCIM_TEST_PULL=0 builds without asking a registry first.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
version=${SBE_SCIM_TEST_KEYCLOAK_VERSION:-$(sed -nE 's/^KEYCLOAK_VERSION = .*"([0-9.]+)"\)$/\1/p' "$root/tests/environment/keycloak/base.py")}
label=com.abilian.sbe.scim.inputs
base=debian:bookworm-slim
keycloak=quay.io/keycloak/keycloak:$version

inputs() { { printf '%s\n' "$1"; find "${@:2}" -type f -print0 | sort -z | xargs -0 sha256sum | cut -d' ' -f1; } | sha256sum | cut -c1-16; }
present() { docker image inspect "$1" >/dev/null 2>&1; }
built_from() { docker image inspect -f "{{index .Config.Labels \"$label\"}}" "$1"; }
identity() { docker image inspect -f '{{.Id}}' "$1"; }
pulled() { [ "${SBE_SCIM_TEST_PULL:-1}" = 1 ] && timeout 300 docker pull -q "$1" >/dev/null 2>&1; }
say() { printf '  image %-40s %s\n' "$1" "$2"; }

# build IMAGE INPUTS CONTEXT [ARGUMENTS]: never with --pull, which would replace a stand-in or fail.
build() {
  local log
  log=$(mktemp)
  say "$1" "being built"
  docker build -q --label "$label=$2" -t "$1" "${@:4}" "$3" >"$log" 2>&1 || { tail -n 30 "$log" >&2; exit 1; }
  rm -f "$log"
  # Every changed JAR would leave the better part of a gigabyte.
  docker image prune -f --filter "label=$label" >/dev/null
}

# public IMAGE INPUTS COMMAND...: the image as a registry has it, else a stand-in made by the command.
public() {
  if present "$1"; then
    case "$(built_from "$1")" in "$2" | "") return ;; esac
  elif pulled "$1"; then
    say "$1" pulled
    return
  fi
  "${@:3}"
}

own() { present "$1" && [ "$(built_from "$1")" = "$2" ] || "${@:3}"; }

base() { public "$base" "$(inputs base "$here/base-image.sh")" make_base; }
make_base() {
  if ! command -v debootstrap >/dev/null; then
    "$here/../apt.sh" debootstrap >/dev/null
  fi
  say "$base" "being built"
  "$here/base-image.sh" "$base" "$label=$(inputs base "$here/base-image.sh")"
}

keycloak() {
  base
  local hash
  hash=$(inputs "$version $(identity "$base")" "$here/keycloak")
  public "$keycloak" "$hash" make_keycloak "$hash"
}
make_keycloak() {
  local context archive
  archive=$(cd "$root" && "${PYTHON:-$root/.venv/bin/python}" -m tests.environment.keycloak)
  context=$(mktemp -d -p "$(dirname "$archive")")
  cp "$here/keycloak/Dockerfile" "$context"
  ln "$archive" "$context/keycloak.tar.gz"
  build "$keycloak" "$1" "$context"
  rm -rf "$context"
}

# The server under test: the public image's layout with our providers, built for one kind of database.
providers() {
  keycloak
  local jars hash context
  jars=("$root/keycloak-event-listener/target/sbe-scim-keycloak.jar" "$root/tests/environment/fault-provider/target/sbe-scim-faults.jar")
  hash=$(inputs "$1 $(identity "$keycloak")" "$here/keycloak-providers" "${jars[@]}")
  own "sbe-scim-test/keycloak:$1" "$hash" make_providers "$1" "$hash" "${jars[@]}"
}
make_providers() {
  local context
  context=$(mktemp -d)
  cp "$here/keycloak-providers/Dockerfile" "${@:3}" "$context"
  build "sbe-scim-test/keycloak:$1" "$2" "$context" --build-arg "KEYCLOAK=$keycloak" --build-arg "DATABASE=$1"
  rm -rf "$context"
}

# simple KIND IMAGE FOLDER
simple() {
  base
  local hash
  hash=$(inputs "$(identity "$base")" "$here/$3")
  "$1" "$2" "$hash" build "$2" "$hash" "$here/$3"
}

# Test processes that run beside each other want the same images: one builds, the others find them.
mkdir -p "$root/.cache"
exec 9>"$root/.cache/images.lock"
flock 9

[ $# -gt 0 ] || { sed -nE 's/^# (Usage: .*)/\1/p' "$0" >&2; exit 2; }
[ "$*" != all ] || set -- postgres python openldap keycloak-dev-file keycloak-postgres
for target in "$@"; do
  case $target in
    base) base ;;
    keycloak) keycloak ;;
    keycloak-dev-file) providers dev-file ;;
    keycloak-postgres) providers postgres ;;
    postgres) simple public postgres:15 postgres ;;
    python) simple public python:3.11-slim-bookworm python ;;
    openldap) simple own sbe-scim-test/openldap:latest openldap ;;
    *) echo "images.sh: no image $target" >&2; exit 2 ;;
  esac
done
