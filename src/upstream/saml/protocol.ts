import type {
  AsksConsent,
  FetchesConfiguration,
  HearsLogout,
  Inspects,
  LogsOut,
  RereadsConfiguration,
  StartsAtPortal,
  UpstreamProtocol,
} from '../protocol.ts';
import { begin } from './begin.ts';
import { askConsent, completeSamlGroups } from './complete-groups.ts';
import { fetchConfiguration } from './fetch-configuration.ts';
import { finish } from './finish.ts';
import { inspect } from './inspect.ts';
import { beginLogout, findLogoutHandle, finishLogout } from './logout/begin-logout.ts';
import { answerLogout, demandsLogout, readLogoutDemand } from './logout/demand.ts';
import { findHandle, isUnasked } from './message.ts';
import { type MetadataWish, metadata } from './metadata.ts';
import { readPortalStart } from './portal.ts';
import { reread } from './reread.ts';
import { readSettings, type SamlPolicy, type SamlSettings } from './settings.ts';

/** Optional capability: the document that tells an identity provider about us. */
export interface DescribesItself<Settings> {
  metadata(settings: Settings, wish?: MetadataWish): string;
}

/** SAML 2.0 Web Browser SSO: requests by redirect or POST, answers by POST. @see SAML Profiles §4.1 */
export const saml: SamlProtocol = createSaml({ allowPrivateNetwork: true });

export type SamlProtocol = UpstreamProtocol<SamlSettings> &
  Inspects<SamlSettings> &
  FetchesConfiguration &
  RereadsConfiguration<SamlSettings> &
  AsksConsent<SamlSettings> &
  StartsAtPortal<SamlSettings> &
  LogsOut<SamlSettings> &
  HearsLogout<SamlSettings> &
  DescribesItself<SamlSettings>;

/** As `saml`, with the operator's rule for addresses. */
export function createSaml(policy: SamlPolicy): SamlProtocol {
  return {
    name: 'saml',
    readSettings: (raw) => readSettings(raw, policy),
    begin: async (settings, wish, world) => begin(settings, wish, world),
    findHandle,
    // oxlint-disable-next-line max-params -- the contract of a protocol has four
    finish: async (settings, answer, remembered, world) =>
      completeSamlGroups(finish(settings, { answer, remembered }, world), settings, world),
    inspect,
    allowsPortal: ({ allowIdpInitiated }) => allowIdpInitiated,
    isUnasked,
    readPortalStart: async (settings, answer, world) => readPortalStart(settings, answer, world),
    fetchConfiguration: (source, world) => fetchConfiguration(source, world, policy),
    beginLogout,
    findLogoutHandle,
    finishLogout,
    logoutComesBy: 'browser',
    demandsLogout,
    readLogoutDemand: async (settings, answer, world) => readLogoutDemand(settings, answer, world),
    answerLogout,
    consentRequest: askConsent,
    publishedAt: ({ metadataUrl }) => metadataUrl ?? undefined,
    reread: (settings, world) => reread(settings, world, policy),
    metadata,
  };
}
