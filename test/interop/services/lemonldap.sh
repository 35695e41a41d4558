#!/usr/bin/env bash
# The portal of LemonLDAP::NG 2.16 from Debian: a SAML identity provider on Lasso, and an OpenID Provider of its own, in Perl.
# `lemonldap.ts` writes its configuration to FOLDER/conf/lmConf-1.json; a start reads it anew.
source "$(dirname "$0")/service.sh"

if [ "$action" = stop ]; then stop_service; exit; fi
need_packages liblemonldap-ng-portal-perl lemonldap-ng-fastcgi-server liblasso-perl libglib-perl libplack-perl libxml-simple-perl libxml-libxml-perl \
  libstring-random-perl libcrypt-openssl-rsa-perl libcrypt-openssl-bignum-perl libcrypt-openssl-x509-perl libio-string-perl libmime-tools-perl \
  libemail-sender-perl curl
stop_service

mkdir -p "$folder"/{conf,sessions/lock,persistent/lock,cache,notifications}
cat >"$folder/lemonldap-ng.ini" <<INI
[all]
logLevel = warn
[configuration]
type = File
dirName = $folder/conf
localStorage = Cache::FileCache
localStorageOptions = { 'namespace' => 'configuration', 'default_expires_in' => 600, 'cache_root' => '$folder/cache', 'cache_depth' => 1 }
[portal]
templateDir = /usr/share/lemonldap-ng/portal/templates
languages = en
INI
rm -rf "$folder"/cache/*

# Its own unit runs it behind nginx; it is a PSGI application, and speaks HTTP as well.
# Its captcha is loaded even where nothing asks for one, and draws with ImageMagick: another stands in for it.
cat >"$folder/run/portal.psgi" <<'PSGI'
package NoCaptcha;
use Mouse;
extends 'Lemonldap::NG::Portal::Main::Plugin';
sub init { 1 }
$INC{'NoCaptcha.pm'} = __FILE__;

package main;
use Lemonldap::NG::Portal;
Lemonldap::NG::Portal->run({});
PSGI
LLNG_DEFAULTCONFFILE=$folder/lemonldap-ng.ini nohup plackup -s Standalone --host 127.0.0.1 --port "$PORT" -E deployment \
  "$folder/run/portal.psgi" >"$folder/log/portal.log" 2>&1 &
echo $! >"$pid_file"
wait_until_ready /saml/metadata
