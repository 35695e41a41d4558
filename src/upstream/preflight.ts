import { isProblem, type Problem } from '#kernel/problem.ts';
import type { Connection } from './connection.ts';
import type { SignInWorld } from './protocol.ts';
import type { Registered, Registry } from './registry.ts';

export interface PreflightWarning {
  readonly code: string;
  readonly detail: string;
}

/**
 * What can be found out before anybody is sent to the provider: can its metadata and keys be read, are they still those of the settings, is
 * one of its certificates valid. For Verify, which would otherwise wait for an answer that cannot come.
 *
 * @returns what does not stop anybody and should be known
 * @throws Problem `fetch.*`, `oidc.keys_unavailable`, `oidc.metadata_*`, `saml_metadata.*`, `xml.*`, `saml.certificate_expired`
 */
export async function preflight(
  registry: Registry,
  { kind, settings }: Connection,
  world: SignInWorld,
): Promise<readonly PreflightWarning[]> {
  const entry = registry[kind];
  entry.checkBefore?.(settings, world);
  const address = entry.protocol.publishedAt(settings);
  if (address === undefined) {
    world.trace.note('upstream.metadata', { received: 'no address is known: everything was entered by hand' });
    return [];
  }
  try {
    const { changes, notes } = await entry.protocol.reread(settings, world);
    world.trace.note('upstream.metadata', { expected: address, received: 'read' });
    return [...notes, ...differences(entry, settings, changes)];
  } catch (error) {
    if (!isProblem(error)) throw error;
    return judge(error, address, world);
  }
}

/** A provider without a metadata document can be set up by hand; one whose document cannot be had is set up wrongly. */
function judge(error: Problem, address: string, { trace }: SignInWorld): readonly PreflightWarning[] {
  if (error.code === 'oidc.metadata_unreadable' && /\b404\b/.test(error.detail ?? '')) {
    trace.note('upstream.metadata', { expected: address, received: error.detail ?? null });
    return [
      {
        code: 'metadata_not_published',
        detail: `There is no metadata at ${address}: the endpoints are those that were entered.`,
      },
    ];
  }
  const isKeys = error.code === 'oidc.keys_unavailable';
  const { uri, cause, url } = error.facts;
  trace.check({
    step: isKeys ? 'upstream.keys' : 'upstream.metadata',
    expected: isKeys ? String(uri) : typeof url === 'string' ? url : address,
    received: isKeys ? String(cause) : (error.detail ?? error.errors[0]?.detail ?? error.code),
    holds: false,
    otherwise: error.type,
    detail: error.detail,
    cause: error,
  });
  throw error;
}

function differences({ member }: Registered, settings: unknown, changes: Readonly<Record<string, unknown>>): PreflightWarning[] {
  const own = settings as Readonly<Record<string, unknown>>;
  return Object.entries(changes).map(([name, published]) => ({
    code: 'published_differs',
    detail:
      name === 'verificationCertificates'
        ? `${member}.${name} are not the certificates that the provider publishes now.`
        : `${member}.${name} is ${JSON.stringify(own[name] ?? null)} here, and the provider publishes ${JSON.stringify(published)}.`,
  }));
}
