#!/usr/bin/env bash
# mod_auth_openidc 2.4 from Debian, a certified relying party, in a private Apache. `/protected/` asks for a sign-in at ISSUER and shows
# what the module then knows of the person.
#
# ISSUER, CLIENT_ID          the OpenID Provider and our registration there; redirect URI http://127.0.0.1:PORT/protected/callback
# CLIENT_SECRET              empty with private_key_jwt
# CLIENT_AUTHENTICATION      client_secret_basic | client_secret_post | private_key_jwt; its key pair is FOLDER/keys/client.{key,crt}
# SCOPE, AUTHORIZATION_PARAMETERS   what is asked for, and more parameters of the request: `prompt=none`
# RESPONSE_MODE              query (when empty) | form_post
source "$(dirname "$0")/service.sh"

if [ "$action" = stop ]; then stop_service; exit; fi
need_packages apache2-bin libapache2-mod-auth-openidc media-types openssl curl
stop_service

mkdir -p "$folder"/{cache,keys} "$folder/www/protected"
[ -s "$folder/keys/passphrase" ] || openssl rand -hex 24 >"$folder/keys/passphrase"
echo '<!doctype html><title>Relying party</title><p id="state">open to everybody</p>' >"$folder/www/index.html"
cat >"$folder/www/protected/index.shtml" <<'PAGE'
<!doctype html><title>Relying party</title>
<p id="user"><!--#echo var="REMOTE_USER" --></p>
<pre id="claims"><!--#printenv --></pre>
PAGE
chown -R www-data: "$folder"

modules=/usr/lib/apache2/modules
base=http://127.0.0.1:$PORT
{
  cat <<APACHE
LoadModule authn_core_module $modules/mod_authn_core.so
LoadModule authz_user_module $modules/mod_authz_user.so
LoadModule include_module $modules/mod_include.so
LoadModule filter_module $modules/mod_filter.so
LoadModule auth_openidc_module $modules/mod_auth_openidc.so
LogLevel warn auth_openidc:info
AddType text/html .shtml
AddOutputFilter INCLUDES .shtml
<Directory "$folder/www">
  Options Includes
  Require all granted
</Directory>
<Location /protected>
  AuthType openid-connect
  Require valid-user
</Location>
OIDCProviderMetadataURL ${ISSUER%/}/.well-known/openid-configuration
OIDCClientID $CLIENT_ID
# private_key_jwt is a method only once there is a key.
OIDCPublicKeyFiles relying-party#$folder/keys/client.crt
OIDCPrivateKeyFiles relying-party#$folder/keys/client.key
OIDCProviderTokenEndpointAuth ${CLIENT_AUTHENTICATION:-client_secret_basic}
OIDCRedirectURI $base/protected/callback
OIDCDefaultURL $base/protected/
OIDCDefaultLoggedOutURL $base/index.html
OIDCRedirectURLsAllowed ^$base/.*\$
OIDCScope "${SCOPE:-openid profile email}"
OIDCResponseType code
OIDCPKCEMethod S256
OIDCRemoteUserClaim sub
OIDCClaimDelimiter ","
OIDCInfoHook iat access_token access_token_expires id_token userinfo refresh_token session
OIDCCryptoPassphrase "$(<"$folder/keys/passphrase")"
OIDCCookie mod_auth_openidc_$PORT
OIDCStateMaxNumberOfCookies 8 true
OIDCCacheType file
OIDCCacheDir "$folder/cache"
APACHE
  [ -z "${CLIENT_SECRET:-}" ] || echo "OIDCClientSecret $CLIENT_SECRET"
  [ -z "${AUTHORIZATION_PARAMETERS:-}" ] || echo "OIDCAuthRequestParams $AUTHORIZATION_PARAMETERS"
  [ -z "${RESPONSE_MODE:-}" ] || echo "OIDCResponseMode $RESPONSE_MODE"
} | start_apache
wait_until_ready /index.html
