import type {
  AsksConsent,
  FetchesConfiguration,
  HearsLogout,
  Inspects,
  LogsOut,
  RechecksPeople,
  RereadsConfiguration,
  RevokesTokens,
  StartsAtPortal,
  UpstreamProtocol,
} from '../protocol.ts';
import { begin } from './begin.ts';
import { askConsent } from './consent.ts';
import { fetchConfiguration } from './fetch-configuration.ts';
import { finish } from './finish.ts';
import { inspect } from './inspect.ts';
import { createKeySets } from './key-sets.ts';
import { beginLogout, findLogoutHandle, finishLogout } from './logout.ts';
import { demandsLogout, readLogoutDemand } from './logout-token.ts';
import { readPortalStart } from './portal.ts';
import { recheck } from './recheck.ts';
import { reread } from './reread.ts';
import { prepareRevocation, revoke } from './revoke.ts';
import { type OidcKind, type OidcSettings, readSettings } from './settings.ts';

export type OidcProtocol = UpstreamProtocol<OidcSettings> &
  Inspects<OidcSettings> &
  FetchesConfiguration &
  RereadsConfiguration<OidcSettings> &
  AsksConsent<OidcSettings> &
  StartsAtPortal<OidcSettings> &
  RechecksPeople<OidcSettings> &
  LogsOut<OidcSettings> &
  HearsLogout<OidcSettings> &
  RevokesTokens<OidcSettings>;

export interface OidcNeeds {
  /** Lets endpoints be plain http and private hosts: the same switch as that of the guarded fetch. */
  allowPrivateNetwork: boolean;
  /** How many providers' keys are kept in the process. Default 5,000. */
  keySetCapacity?: number;
}

/** A set has a few kilobytes. */
const KEY_SETS = 5000;
/** `state` as this gateway makes it is far shorter; what is longer is no handle and is looked up nowhere. */
const LONGEST_STATE = 256;

/** Both kinds of OpenID provider, over one store of published keys. */
export function createOidcProtocols({
  allowPrivateNetwork,
  keySetCapacity = KEY_SETS,
}: OidcNeeds): Record<OidcKind, OidcProtocol> {
  const keySets = createKeySets({ capacity: keySetCapacity });
  const protocolOf = (kind: OidcKind): OidcProtocol => ({
    name: kind,
    readSettings: (raw) => readSettings(raw, { kind, allowPrivateNetwork }),
    begin: async (settings, wish, world) => begin(settings, wish, world),
    findHandle: ({ fields: { state } }) => (state !== undefined && state.length <= LONGEST_STATE ? state : undefined),
    // oxlint-disable-next-line max-params -- the contract of a protocol has four
    finish: (settings, answer, remembered, world) => finish(settings, { answer, remembered }, { keySets, world }),
    inspect: (settings, pasted, world) => inspect(settings, pasted, { keySets, world }),
    fetchConfiguration: (source, world) => fetchConfiguration(source, world, { allowPrivateNetwork }),
    allowsPortal: ({ allowThirdPartyInitiated }) => allowThirdPartyInitiated,
    // What arrives at the redirect URI answers a request of ours, or nothing; portals have an address of their own.
    isUnasked: () => false,
    readPortalStart: async (settings, answer, world) => readPortalStart(settings, answer, world),
    consentRequest: askConsent,
    recheck,
    beginLogout,
    findLogoutHandle,
    finishLogout,
    logoutComesBy: 'server',
    demandsLogout,
    readLogoutDemand: (settings, answer, world) => readLogoutDemand(settings, answer, { keySets, world }),
    // The status of the answer says it all.
    answerLogout: () => undefined,
    prepareRevocation,
    revoke,
    publishedAt: ({ issuer }) => issuer,
    reread: (settings, world) => reread(settings, { keySets, world }, { allowPrivateNetwork }),
  });
  return { oidc: protocolOf('oidc'), 'microsoft-oidc': protocolOf('microsoft-oidc') };
}
