import { type StepSource, words } from './preset.ts';

/** What a step is called with every vendor that has it. */
export const titles = {
  makeApplication: words('Make the application', 'Anwendung anlegen'),
  enterAddresses: words('Enter our addresses', 'Unsere Adressen eintragen'),
  sendAttributes: words('Send attributes', 'Attribute senden'),
  takeMetadata: words('Take over the metadata', 'Metadaten übernehmen'),
  bringBack: words('Bring back what identifies the application', 'Kennung der Anwendung übernehmen'),
  letPeopleIn: words('Let people in', 'Personen zulassen'),
};

/** Steps that are the same with every vendor. */

export const verify: StepSource = {
  title: words('Check, then switch on', 'Prüfen, dann einschalten'),
  text: words(
    'Save here, start Verify and sign in as yourself. Nothing is changed by it. The report names each fault and where to mend it. When it passes, switch the provider on.',
    'Speichern Sie hier, starten Sie Verify und melden Sie sich selbst an. Dabei wird nichts verändert. Der Bericht nennt jeden Fehler und wo er zu beheben ist. Ist er fehlerfrei, schalten Sie den Anbieter ein.',
  ),
};

export const ourKeys: StepSource = {
  title: words('Our certificates', 'Unsere Zertifikate'),
  text: words(
    'They are in our metadata. If the console asks for files instead: the first one signs our requests, the second one is for encrypting assertions.',
    'Sie stehen in unseren Metadaten. Verlangt die Konsole Dateien: Das erste signiert unsere Anfragen, mit dem zweiten werden Assertions verschlüsselt.',
  ),
  copy: [
    { label: 'Signature certificate (PEM)', ours: 'signingCertificate' },
    { label: 'Encryption certificate (PEM)', ours: 'encryptionCertificate' },
  ],
  note: words(
    'They are made when the provider is saved here for the first time.',
    'Sie entstehen, wenn der Anbieter hier zum ersten Mal gespeichert wird.',
  ),
};

export const groupMapping: StepSource = {
  title: words('Map groups, if you want to', 'Gruppen zuordnen, wenn Sie möchten'),
  text: words(
    'Without a mapping a value stands for the group of exactly that name here. Groups that were seen and are not mapped are listed after the first sign-ins.',
    'Ohne Zuordnung steht ein Wert für die hiesige Gruppe genau dieses Namens. Gesehene Gruppen ohne Zuordnung sind nach den ersten Anmeldungen aufgeführt.',
  ),
  paste: [{ label: 'Groups', pointer: '/groupMappings' }],
};
