<?php
// The identity provider itself. Signing, encryption and NameID are decided by each service provider's own entry.
$format = 'urn:oasis:names:tc:SAML:%s:nameid-format:%s';
$email = sprintf($format, '1.1', 'emailAddress');
$persistent = sprintf($format, '2.0', 'persistent');
$transient = sprintf($format, '2.0', 'transient');
$bindings = ['urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect', 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST'];

// Its key rolls over: `new_…` is published and does not sign yet.
$settings = json_decode(file_get_contents(dirname(__DIR__) . '/settings.json'), true);
$keys = [
    'old' => ['privatekey' => 'idp.key', 'certificate' => 'idp.crt'],
    'both' => ['privatekey' => 'idp.key', 'certificate' => 'idp.crt', 'new_privatekey' => 'idp-new.key', 'new_certificate' => 'idp-new.crt'],
    'new' => ['privatekey' => 'idp-new.key', 'certificate' => 'idp-new.crt'],
];

$metadata['__DYNAMIC:1__'] = $keys[$settings['keys']] + [
    'host' => '__DEFAULT__',
    'auth' => 'people',
    'signature.algorithm' => 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    'attributes.NameFormat' => 'urn:oasis:names:tc:SAML:2.0:attrname-format:uri',
    'NameIDFormat' => [$persistent, $email, $transient],
    'SingleSignOnServiceBinding' => $bindings,
    'SingleLogoutServiceBinding' => $bindings,
    'authproc' => [
        10 => ['class' => 'saml:AttributeNameID', 'attribute' => 'urn:oid:0.9.2342.19200300.100.1.3', 'Format' => $email],
        11 => ['class' => 'saml:PersistentNameID', 'attribute' => 'urn:oid:0.9.2342.19200300.100.1.1'],
        12 => ['class' => 'saml:TransientNameID'],
    ],
];
