<?php
// The people of settings.json, each with a password and attributes; every attribute is a list of strings.
$settings = json_decode(file_get_contents(dirname(__DIR__) . '/settings.json'), true);

$people = ['exampleauth:UserPass'];
foreach ($settings['people'] as $person) {
    $people[$person['name'] . ':' . $person['password']] = $person['attributes'];
}
$config = ['admin' => ['core:AdminPassword'], 'people' => $people];
