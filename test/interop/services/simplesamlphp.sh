#!/usr/bin/env bash
# SimpleSAMLphp 1.19 from Debian as a SAML 2.0 identity provider, in a private Apache.
# People and service providers stand in FOLDER/settings.json, which the PHP files beside this script read anew at each request: a
# test registers a service provider by writing the file. See `simplesamlphp.ts` for its shape.
source "$(dirname "$0")/service.sh"

if [ "$action" = stop ]; then stop_service; exit; fi
need_packages simplesamlphp php-xml php-mbstring php-curl php-sqlite3 libapache2-mod-php apache2-bin media-types openssl curl
stop_service
[ -s "$folder/settings.json" ] || fail "$folder/settings.json is missing"

mkdir -p "$folder"/{cert,config,metadata,data,tmp,sessions,www}
for name in idp idp-new; do
  openssl req -x509 -newkey rsa:2048 -sha256 -nodes -days 30 -subj "/CN=SimpleSAMLphp under test, $name" \
    -keyout "$folder/cert/$name.key" -out "$folder/cert/$name.crt" 2>/dev/null
done
cp "$here"/simplesamlphp/{config,authsources}.php "$folder/config/"
cp "$here"/simplesamlphp/saml20-*.php "$folder/metadata/"
ln -sfn /usr/share/simplesamlphp/www "$folder/www/simplesaml"
chown -R www-data: "$folder"

modules=(/usr/lib/apache2/modules/libphp*.so)
start_apache <<APACHE
LoadModule php_module ${modules[0]}
SetEnv SIMPLESAMLPHP_CONFIG_DIR "$folder/config"
<FilesMatch "\.php$">
  SetHandler application/x-httpd-php
</FilesMatch>
<Directory "$folder/www">
  Options FollowSymLinks
  Require all granted
</Directory>
<Directory /usr/share/simplesamlphp/www>
  Require all granted
</Directory>
php_admin_value display_errors 0
APACHE
wait_until_ready /simplesaml/saml2/idp/metadata.php
