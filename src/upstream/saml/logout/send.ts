import { type MessageField, redirectUrl } from '#wire/saml/index.ts';
import type { SigningKey, XmlText } from '#wire/xml/index.ts';
import type { Send } from '../../protocol.ts';
import type { SamlSettings } from '../settings.ts';

interface Sending {
  field: MessageField;
  relayState: string | undefined;
  /** The message, signed inside when a key is given. */
  write(signer?: SigningKey): XmlText;
}

/**
 * A logout message on its way to the provider, signed in either binding, whatever the settings say of requests to sign in: a provider must not
 * end a session on anybody's word. Undefined where it has no place for it, or we no key.
 *
 * @see SAML Profiles §4.4.3.1, §4.4.4.1
 */
export function sendLogoutMessage(settings: SamlSettings, { field, relayState, write }: Sending): Send | undefined {
  const { sloUrl, sloBinding, ownKeys } = settings;
  const [signer] = ownKeys.signing;
  if (!sloUrl || signer === undefined) return undefined;
  if (sloBinding === 'redirect')
    return { kind: 'redirect', url: redirectUrl(sloUrl, { xml: write(), field, relayState, before: {}, signer }) };
  const message = Buffer.from(write(signer)).toString('base64');
  return {
    kind: 'post',
    url: new URL(sloUrl),
    fields: { [field]: message, ...(relayState === undefined ? {} : { RelayState: relayState }) },
  };
}
