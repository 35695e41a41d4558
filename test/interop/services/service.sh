# Sourced by the service scripts of this folder: packages, private Apache, start and stop by process id.
# Each script is called as `NAME.sh FOLDER start|stop` with PORT in the environment, keeps all that it writes in FOLDER, listens on
# 127.0.0.1:PORT only, and returns from `start` once it answers.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
folder=${1:?"usage: $0 FOLDER start|stop"}
action=${2:?"usage: $0 FOLDER start|stop"}
mkdir -p "$folder"/{log,run}
folder=$(cd "$folder" && pwd)
pid_file=$folder/run/pid

fail() { printf '%s: %s\n' "$(basename "$0" .sh)" "$1" >&2; exit 1; }

is_running() { [ -s "$pid_file" ] && kill -0 "$(<"$pid_file")" 2>/dev/null; }

stop_service() {
  if is_running; then
    local pid; pid=$(<"$pid_file")
    kill "$pid"
    for _ in {1..100}; do kill -0 "$pid" 2>/dev/null || break; sleep 0.05; done
    if kill -0 "$pid" 2>/dev/null; then kill -9 "$pid"; fi
  fi
  rm -f "$pid_file"
}

# Installs what is missing. A policy that answers 101 keeps packages from starting daemons of their own meanwhile.
need_packages() {
  local missing=() name
  for name in "$@"; do
    dpkg-query -W -f='${db:Status-Status}\n' "$name" 2>/dev/null | grep -qx installed || missing+=("$name")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  [ "$(id -u)" = 0 ] || fail "install as root first: apt-get install ${missing[*]}"
  local policy=/usr/sbin/policy-rc.d
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
    trap 'rm -f /usr/sbin/policy-rc.d' EXIT
  fi
  install_packages "${missing[@]}" || { apt-get -q update >>"$folder/log/apt.log" 2>&1 && install_packages "${missing[@]}"; } ||
    { tail -n 20 "$folder/log/apt.log" >&2; fail "cannot install ${missing[*]}"; }
}

install_packages() {
  DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends -o DPkg::Lock::Timeout=300 install "$@" >>"$folder/log/apt.log" 2>&1
}

# What every Apache here has in common; the caller adds its own directives on standard input.
start_apache() {
  local modules=/usr/lib/apache2/modules
  {
    cat <<APACHE
ServerRoot "$folder"
ServerName 127.0.0.1
Listen 127.0.0.1:$PORT
PidFile "$pid_file"
DefaultRuntimeDir "$folder/run"
ErrorLog "$folder/log/error.log"
LoadModule mpm_prefork_module $modules/mod_mpm_prefork.so
LoadModule authz_core_module $modules/mod_authz_core.so
LoadModule dir_module $modules/mod_dir.so
LoadModule mime_module $modules/mod_mime.so
LoadModule env_module $modules/mod_env.so
User www-data
Group www-data
StartServers 1
MinSpareServers 1
MaxSpareServers 3
TypesConfig /etc/mime.types
DocumentRoot "$folder/www"
DirectoryIndex index.php index.shtml index.html
APACHE
    cat
  } >"$folder/run/apache.conf"
  apache2 -t -f "$folder/run/apache.conf" >"$folder/log/start.log" 2>&1 || { cat "$folder/log/start.log" >&2; fail 'Apache refuses its configuration'; }
  apache2 -k start -f "$folder/run/apache.conf" >>"$folder/log/start.log" 2>&1 || { cat "$folder/log/start.log" >&2; fail 'Apache does not start'; }
}

wait_until_ready() {
  for _ in {1..150}; do
    curl -sf -o /dev/null "http://127.0.0.1:$PORT$1" && return 0
    # Apache writes its pid file by itself, a moment after it was started; once there, the process must live.
    [ ! -s "$pid_file" ] || is_running || break
    sleep 0.1
  done
  for log in "$folder"/log/*; do printf '%s:\n' "$log"; tail -n 20 "$log"; done >&2
  fail "does not answer http://127.0.0.1:$PORT$1"
}
