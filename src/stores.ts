import { createAuditLog } from '#audit/events.sql.ts';
import { createGroupStore } from '#directory/groups.sql.ts';
import { createHolderDirectory } from '#directory/holders.sql.ts';
import { createRoleStore } from '#directory/roles.sql.ts';
import { createSignInMethodStore } from '#directory/sign-in-methods.sql.ts';
import { createUserStore } from '#directory/users.sql.ts';
import type { World } from '#kernel/world.ts';
import { createOutbox } from '#mail/outbox.sql.ts';
import { createApplicationStore } from '#openid-provider/applications.sql.ts';
import { createArtifactStore } from '#openid-provider/artifacts.sql.ts';
import { createSessionStore } from '#sessions/sessions.sql.ts';
import { createAttemptStore, createSpentStore } from '#sign-in/attempts.sql.ts';
import { createConsentStore } from '#sign-in/consent/consents.sql.ts';
import { createDailyFigures } from '#sign-in/figures/daily-figures.sql.ts';
import { createFigureBook } from '#sign-in/figures/provider-figures.sql.ts';
import { createDepartureStore } from '#sign-in/logout/departures.sql.ts';
import { createRevocationStore } from '#sign-in/logout/revocations.sql.ts';
import { createPasswordStore } from '#sign-in/password/passwords.sql.ts';
import { createSetupLinkStore } from '#sign-in/password/setup-links.sql.ts';
import { createTriesStore } from '#sign-in/password/tries.sql.ts';
import { createRecheckStore } from '#sign-in/recheck/rechecks.sql.ts';
import { createSignInLog } from '#sign-in/sign-ins.sql.ts';
import { createVerificationStore } from '#sign-in/verify/verifications.sql.ts';
import { createSigningKeys } from '#signing-keys/signing-keys.sql.ts';
import type { Keyring } from '#sql/keyring.ts';
import type { Store } from '#sql/store.ts';
import { createDomainStore } from '#tenants/domains.sql.ts';
import type { TenantUrls } from '#tenants/index.ts';
import { createTenantStore } from '#tenants/tenants.sql.ts';
import { createConnectionStore } from '#upstream/connections.sql.ts';
import { createGroupsSeen } from '#upstream/groups-seen/groups-seen.sql.ts';
import { createExpiryFacts } from '#upstream/health/expiry-facts.sql.ts';
import { createExpiryWatch } from '#upstream/health/expiry-watch.ts';
import { createNoticeBook } from '#upstream/health/notice-book.sql.ts';
import { createRefreshBook } from '#upstream/health/refresh-book.sql.ts';
import type { Registry } from '#upstream/index.ts';
import { createKeyCalendar } from '#upstream/keys/key-calendar.sql.ts';
import { createRevisionStore } from '#upstream/revisions/revisions.sql.ts';

/** Every port on one database: what `compose.ts` hands to the features. */
export type Stores = ReturnType<typeof createStores>;

export interface StoreParts {
  store: Store;
  keyring: Keyring;
  world: World;
  registry: Registry;
  urls: TenantUrls;
}

/** Of people who come and go: attempts, sessions, what they leave in the log, passwords. */
function createSignInStores({ store, keyring, world }: StoreParts) {
  return {
    attempts: createAttemptStore({ store, keyring }),
    consents: createConsentStore({ store }),
    rechecks: createRecheckStore({ store }),
    departures: createDepartureStore({ store, keyring }),
    revocations: createRevocationStore({ store, keyring, world }),
    spent: createSpentStore({ store }),
    passwords: createPasswordStore({ store }),
    setupLinks: createSetupLinkStore({ store }),
    tries: createTriesStore({ store }),
    signIns: createSignInLog({ store }),
    verifications: createVerificationStore({ store }),
    dailyFigures: createDailyFigures({ store }),
  };
}

export function createStores(parts: StoreParts) {
  const { store, keyring, world, registry, urls } = parts;
  const artifacts = createArtifactStore({ store });
  return {
    audit: createAuditLog({ store, world }),
    tenants: createTenantStore({ store }),
    domains: createDomainStore({ store }),
    signingKeys: createSigningKeys({ store, keyring, world }),
    users: createUserStore({ store, keyring, world }),
    signInMethods: createSignInMethodStore({ store }),
    groups: createGroupStore({ store, world }),
    roles: createRoleStore({ store, world }),
    connections: createConnectionStore({ store, keyring, registry, urls }),
    keyCalendar: createKeyCalendar({ store }),
    refreshes: createRefreshBook({ store }),
    revisions: createRevisionStore({ store, keyring }),
    groupsSeen: createGroupsSeen({ store, world }),
    expiryFacts: createExpiryFacts({ store }),
    expiryWatch: createExpiryWatch(),
    notices: createNoticeBook({ store }),
    holders: createHolderDirectory({ store }),
    outbox: createOutbox({ store, keyring, world }),
    figures: createFigureBook({ store }),
    sessions: createSessionStore({ store, keyring, world, dependants: artifacts }),
    ...createSignInStores(parts),
    applications: createApplicationStore({ store, keyring }),
    artifacts,
    transact: store.transact,
    transactLightly: store.transactLightly,
    world,
  };
}
