<?php
// The service providers of settings.json.
$settings = json_decode(file_get_contents(dirname(__DIR__) . '/settings.json'), true);
$formats = [
    'email' => 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
    'persistent' => 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
    'transient' => 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient',
];

foreach ($settings['serviceProviders'] as $provider) {
    $entry = [
        'AssertionConsumerService' => [
            ['index' => 0, 'isDefault' => true, 'Location' => $provider['acsUrl'], 'Binding' => 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST'],
        ],
        'NameIDFormat' => $formats[$provider['nameId']],
        'simplesaml.attributes' => true,
        'saml20.sign.response' => $provider['signResponse'],
        'saml20.sign.assertion' => $provider['signAssertion'],
        'validate.authnrequest' => $provider['demandSignedRequest'],
        'assertion.encryption' => $provider['encryptAssertion'],
    ];
    if (isset($provider['logout'])) {
        $binding = 'urn:oasis:names:tc:SAML:2.0:bindings:' . $provider['logout']['binding'];
        $entry['SingleLogoutService'] = [['Location' => $provider['logout']['url'], 'Binding' => $binding]];
        $entry['validate.logout'] = true;
        $entry['sign.logout'] = true;
    }
    foreach ($provider['certificates'] as $use => $certificate) {
        $entry['keys'][] = ['type' => 'X509Certificate', 'signing' => $use === 'signing', 'encryption' => $use === 'encryption', 'X509Certificate' => $certificate];
    }
    $metadata[$provider['entityId']] = $entry;
}
