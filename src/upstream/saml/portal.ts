import { textOf } from '#wire/xml/index.ts';
import type { Answer, PortalStart, SignInWorld } from '../protocol.ts';
import { nameIdOf } from './assertion.ts';
import { readSpending } from './checks/replay.ts';
import type { Evidence } from './evidence.ts';
import { judge } from './finish.ts';
import type { SamlSettings } from './settings.ts';

/** Longer than any address that an application registers. */
const LONGEST_TARGET = 2000;
const LONGEST_ADDRESS = 320;

/**
 * Judges a Response that answers no request, as the provider's portal sends it: all that an answer goes through, signatures first, but that
 * it must answer nothing. RelayState is where the person wants to go; nobody signed it.
 *
 * @throws Problem `saml.*`, `xml.*`; each leaves its line in the trace
 * @see SAML Profiles §4.1.5; SAML Bindings §3.5.3 (RelayState)
 */
export function readPortalStart(settings: SamlSettings, answer: Answer, world: SignInWorld): PortalStart {
  const expected = {
    requestId: null,
    acsUrl: settings.acsUrl,
    sentAt: world.now().toISOString(),
    // Nothing was asked for yet: the request that follows does, and its answer is held against it.
    forceAuthn: false,
    maxAgeSeconds: null,
    contexts: [],
  };
  const { spend, name } = judge(
    settings,
    {
      answer,
      expected,
      read: (evidence) => ({ spend: readSpending(evidence), name: nameIn(evidence) }),
    },
    world,
  );
  return { spend, loginHint: addressIn(name), target: targetIn(answer.fields['RelayState']) };
}

function nameIn({ assertion }: Evidence): string {
  const nameId = nameIdOf(assertion);
  return nameId === undefined ? '' : textOf(nameId);
}

/** Only what looks like an address is a hint; another NameID means nothing to the provider's login page. */
function addressIn(name: string): string | undefined {
  return name.length <= LONGEST_ADDRESS && /^[^\s@]+@[^\s@]+$/.test(name) ? name : undefined;
}

function targetIn(relayState: string | undefined): string | undefined {
  return relayState !== undefined && relayState !== '' && relayState.length <= LONGEST_TARGET ? relayState : undefined;
}
