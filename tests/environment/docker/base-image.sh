#!/usr/bin/env bash
# Make an image like debian:bookworm-slim with debootstrap, from the mirror that this machine's apt uses.
# Usage: base-image.sh TAG LABEL
set -euo pipefail

tag=$1 label=$2
mirror=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE)' | awk '$2 == "bookworm" && $1 !~ /security/ {print $1; exit}')
[ -n "$mirror" ] || { echo "apt knows no mirror of Debian bookworm (after apt-get update)." >&2; exit 1; }
mirror=${mirror%/}
root=$(mktemp -d /var/tmp/rootfs.XXXXXX)
trap 'rm -rf --one-file-system "$root"' EXIT

debootstrap --variant=minbase --include=ca-certificates bookworm "$root" "$mirror" >"$root.log" 2>&1 ||
  { tail -n 5 "$root.log" >&2; exit 1; }
rm -f "$root.log"
printf 'deb %s bookworm main\ndeb %s bookworm-updates main\ndeb %s bookworm-security main\n' \
  "$mirror" "$mirror" "${mirror%/debian}/debian-security" >"$root/etc/apt/sources.list"
printf 'path-exclude /usr/share/doc/*\npath-exclude /usr/share/man/*\npath-exclude /usr/share/locale/*\n' \
  >"$root/etc/dpkg/dpkg.cfg.d/slim"
printf 'APT::Install-Recommends "0";\nAcquire::Languages "none";\nAPT::Sandbox::User "root";\n' >"$root/etc/apt/apt.conf.d/99slim"
# No service starts while an image is built.
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod +x "$root/usr/sbin/policy-rc.d"
rm -rf "$root"/usr/share/{doc,man,locale,info}/* "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/{archives/*.deb,*.bin} \
  "$root"/var/log/{bootstrap,dpkg,alternatives}.log "$root"/etc/{resolv.conf,hostname}
# Behind a proxy that signs with its own authority, builds need what this machine trusts.
if compgen -G '/usr/local/share/ca-certificates/*.crt' >/dev/null; then
  cp /usr/local/share/ca-certificates/*.crt "$root/usr/local/share/ca-certificates/"
  chroot "$root" update-ca-certificates >/dev/null 2>&1
fi
tar -C "$root" --numeric-owner -c . |
  docker import -c 'CMD ["bash"]' -c "LABEL $label" \
    -c 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' - "$tag" >/dev/null
