import { field, type KnownProvider, shown } from '#upstream/index.ts';
import { problems } from './problems.ts';
import type { Summary } from './verification.ts';

/**
 * A provider that does not like a request often says so on a page of its own and sends nobody back: what we then know is that nothing
 * came. What is to be compared there is told with the very values.
 */
export function neverAnswered(provider: KnownProvider | null): Summary {
  return {
    code: problems.never_answered.code,
    title: 'The provider never sent the browser back.',
    ...compare(provider),
  };
}

export function stillWaiting(provider: KnownProvider | null, link: 'not opened' | 'opened'): Summary {
  if (link === 'not opened')
    return {
      code: null,
      title: 'Nobody has opened the link yet.',
      whatToDo: 'Open the link in a browser and sign in at the provider.',
      where: 'person',
    };
  const { whatToDo, ...rest } = compare(provider);
  return {
    code: null,
    title: 'The provider has not sent the browser back yet.',
    ...rest,
    whatToDo: `Finish the sign-in at the provider. If it shows an error page of its own instead: ${whatToDo}`,
  };
}

export function neverOpened(): Summary {
  return {
    code: problems.never_opened.code,
    title: 'Nobody opened the link in time.',
    whatToDo: 'Start Verify again and open the link in a browser within 15 minutes.',
    where: 'person',
  };
}

function compare(provider: KnownProvider | null): Pick<Summary, 'whatToDo' | 'where' | 'pointer'> {
  if (provider?.kind === 'saml')
    return {
      whatToDo: `At the provider, register exactly ${shown(provider.acsUrl)} as ACS URL (reply URL) and exactly ${shown(provider.spEntityId)} as entity id (identifier, audience): no slash more or less at the end. Other causes: ${field('/saml/ssoUrl')} (${shown(provider.ssoUrl)}) is not the provider’s sign-in address, the provider wants requests signed (or not), or the person is not assigned there.`,
      where: 'provider',
      pointer: '/saml/acsUrl',
    };
  return {
    whatToDo: `At the provider, register exactly ${shown(provider?.redirectUri)} as redirect URI of client ${shown(provider?.clientId)}: to the character, no slash more or less at the end. Other causes: the client id does not exist there, ${field('/oidc/authorizationEndpoint')} (${shown(provider?.authorizationEndpoint)}) cannot be reached from the browser, or the person is not assigned there.`,
    where: 'provider',
    pointer: '/oidc/redirectUri',
  };
}
