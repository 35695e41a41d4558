#!/usr/bin/env bash
# Glewlwyd 2.7 from Debian, an OpenID Provider written in C, with a new SQLite database.
# Scopes, issuers, people and clients are made afterwards through its REST API, as `admin` / `password`: see `glewlwyd.ts`.
source "$(dirname "$0")/service.sh"

if [ "$action" = stop ]; then stop_service; exit; fi
# The package's set-up fails without an answer to whether it should make a database.
if [ "$(id -u)" = 0 ] && command -v debconf-set-selections >/dev/null; then
  echo 'glewlwyd glewlwyd/config_type select No configuration' | debconf-set-selections
fi
need_packages glewlwyd dbconfig-no-thanks sqlite3 curl
stop_service

database=$folder/glewlwyd.db
rm -f "$database"
sqlite3 "$database" <"/usr/share/dbconfig-common/data/glewlwyd/install/sqlite3"

# Which attributes of a person and of a client the database keeps, beyond its own columns.
one='{"multiple": false, "read": true, "write": true, "profile-read": true, "profile-write": false}'
list=${one/false,/true,}
sqlite3 "$database" <<SQL
update g_user_module_instance set gumi_parameters = json('{"use-glewlwyd-connection": true, "data-format":
  {"login": $one, "given_name": $one, "family_name": $one, "phone": $one, "groups": $list, "roles": $list}}') where gumi_name = 'database';
SQL

# The server refuses to follow Debian's links to jQuery and Bootstrap out of the folder of its pages.
rm -rf "$folder/webapp"
cp -rL /usr/share/glewlwyd/webapp "$folder/webapp"
# Debian's link to the pages' configuration leads to a folder.
rm -rf "$folder/webapp/config.json"
cp /usr/share/glewlwyd/templates/config.json "$folder/webapp/config.json"

cat >"$folder/run/glewlwyd.conf" <<CONF
bind_address = "127.0.0.1"
port = $PORT
external_url = "http://127.0.0.1:$PORT"
api_prefix = "api"
login_url = "login.html"
login_api_enabled = true
allow_multiple_user_per_session = false
static_files_path = "$folder/webapp/"
static_files_mime_types = (
  { extension = ".html" mime_type = "text/html" compress = 0 },
  { extension = ".css" mime_type = "text/css" compress = 0 },
  { extension = ".js" mime_type = "application/javascript" compress = 0 },
  { extension = ".json" mime_type = "application/json" compress = 0 },
  { extension = ".png" mime_type = "image/png" compress = 0 },
  { extension = ".woff2" mime_type = "font/woff2" compress = 0 },
  { extension = ".ttf" mime_type = "font/ttf" compress = 0 }
)
allow_origin = "*"
allow_headers = "Origin, Content-Type, Accept, Authorization"
allow_methods = "GET, POST, PUT, DELETE, OPTIONS"
cookie_domain = "127.0.0.1"
cookie_secure = 0
session_key = "GLEWLWYD_SESSION"
session_expiration = 3600
admin_scope = "g_admin"
profile_scope = "g_profile"
hash_algorithm = "SHA512"
user_module_path = "/usr/lib/glewlwyd/user"
user_middleware_module_path = "/usr/lib/glewlwyd/user_middleware"
client_module_path = "/usr/lib/glewlwyd/client"
user_auth_scheme_module_path = "/usr/lib/glewlwyd/scheme"
plugin_module_path = "/usr/lib/glewlwyd/plugin"
log_mode = "file"
log_level = "INFO"
log_file = "$folder/log/glewlwyd.log"
database = { type = "sqlite3" path = "$database" };
CONF
: >"$folder/log/glewlwyd.log"
setsid glewlwyd --config-file="$folder/run/glewlwyd.conf" >"$folder/log/start.log" 2>&1 </dev/null &
echo $! >"$pid_file"
wait_until_ready /config
