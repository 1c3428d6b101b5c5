#!/usr/bin/env bash
# Make a Docker engine answer: the one that does already, else Debian's docker.io, started here without systemd.
# Exit code 1, with the reason, where none can be had.
set -euo pipefail

state=/var/tmp/sbe-scim-docker
answering() { docker version --format '{{.Server.Version}}' 2>/dev/null; }
refuse() { echo "No Docker engine: $1" >&2; exit 1; }

if version=$(answering) && [ -n "$version" ]; then exit 0; fi
[ -z "${DOCKER_HOST:-}" ] || refuse "nothing answers at DOCKER_HOST."
[ "$(id -u)" = 0 ] || refuse "none answers, and only root can start one."

mkdir -p "$state"
missing=()
command -v dockerd >/dev/null || missing+=(docker.io)
command -v docker >/dev/null || missing+=(docker.io)
command -v iptables >/dev/null || missing+=(iptables)
if [ ${#missing[@]} -gt 0 ]; then
  command -v apt-get >/dev/null || refuse "docker is not installed."
  echo "Installing from Debian: ${missing[*]}"
  "$(dirname "$0")/../apt.sh" "${missing[@]}" >"$state/apt.log" 2>&1 </dev/null || refuse "docker.io cannot be installed (see $state/apt.log)."
  # Where an init system runs, the package has started it.
  if version=$(answering) && [ -n "$version" ]; then exit 0; fi
fi

# Two daemons would break each other's networks: one that is starting or stopping is waited for, never doubled.
exec 9>"$state/lock"
flock 9
if version=$(answering) && [ -n "$version" ]; then exit 0; fi

grep -q cgroup /proc/mounts || mount -t cgroup2 cgroup2 /sys/fs/cgroup || refuse "there are no control groups."
# The pid file of a daemon that was killed keeps the next one from starting.
for file in /var/run/docker.pid /var/run/docker/containerd/containerd.pid; do
  if [ -s "$file" ]; then
    ! kill -0 "$(cat "$file")" 2>/dev/null || refuse "process $(cat "$file") of $file runs and does not answer."
    rm -f "$file"
  fi
done

echo "Starting dockerd"
start() { setsid nohup dockerd >"$state/dockerd.log" 2>&1 </dev/null 9>&- & pid=$!; }
up() {
  for _ in $(seq 150); do
    if [ -n "$(answering)" ]; then return 0; fi
    kill -0 "$pid" 2>/dev/null || return 1
    sleep 0.2
  done
  return 1
}
start
if ! up; then
  # Kernels without nf_tables' NAT have only the older back end.
  if grep -qiE 'iptables|nf_tables' "$state/dockerd.log" && command -v iptables-legacy >/dev/null && ! kill -0 "$pid" 2>/dev/null; then
    PATH="$state/legacy:$PATH"
    mkdir -p "$state/legacy"
    ln -sf "$(command -v iptables-legacy)" "$state/legacy/iptables"
    ln -sf "$(command -v ip6tables-legacy)" "$state/legacy/ip6tables"
    start
    up || { tail -n 5 "$state/dockerd.log" >&2; refuse "dockerd does not start (see $state/dockerd.log)."; }
  else
    tail -n 5 "$state/dockerd.log" >&2
    refuse "dockerd does not start (see $state/dockerd.log)."
  fi
fi
