#!/usr/bin/env bash
# Installs what is missing on a bare Debian 12 or Ubuntu 24.04: system packages by apt (with sudo when not root), Python packages
# into .venv, each with its hash. `bootstrap.sh run` for running, `bootstrap.sh test` for tests as well.
set -euo pipefail
cd "$(dirname "$0")/.."

run_packages=(python3-venv softhsm2 redis-server fonts-ipamj-mincho fonts-morisawa-bizud-gothic fonts-morisawa-bizud-mincho)
test_packages=(chromium opensc poppler-utils qpdf openssl gnutls-bin cups-ipp-utils dbus avahi-daemon dovecot-imapd
  strongswan-pki libstrongswan-standard-plugins libstrongswan-extra-plugins curl gdb libengine-pkcs11-openssl)

apt_install() {
  local missing=()
  for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return
  local sudo=()
  [ "$(id -u)" -eq 0 ] || sudo=(sudo)
  echo "installing: ${missing[*]}"
  "${sudo[@]}" apt-get update -qq
  # A package's own service is not started: we run our own.
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

make_venv() {
  [ -x .venv/bin/python ] || python3 -m venv .venv
  [ -x .venv/bin/uv ] || .venv/bin/python -m pip install --quiet --disable-pip-version-check uv
}

apt_install "${run_packages[@]}"
make_venv
VIRTUAL_ENV="$PWD/.venv" .venv/bin/uv pip install --quiet --require-hashes -r requirements.txt
if [ "${1:-run}" = test ]; then
  apt_install "${test_packages[@]}"
  VIRTUAL_ENV="$PWD/.venv" .venv/bin/uv pip install --quiet --require-hashes -r requirements-dev.txt
fi
