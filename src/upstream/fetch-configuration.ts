import { isObject } from '#directory/index.ts';
import { isProblem, Problem } from '#kernel/problem.ts';
import type { World } from '#kernel/world.ts';
import { sharedDirectoryFault } from './presets/apply-preset.ts';
import { describeProvider, traitsOf } from './presets/list.ts';
import { problems } from './problems.ts';
import type { ConfigurationSource, FetchedConfiguration } from './protocol.ts';
import type { Registry } from './registry.ts';

const SOURCES = ['issuer', 'metadataUrl', 'metadata'] as const;

/**
 * Reads what an administrator pasted or pointed at into fields of a connection. An issuer is OpenID Connect; a metadata address or text is
 * what it looks like.
 *
 * @param body exactly one of `issuer`, `metadataUrl`, `metadata`
 * @throws Problem `upstream.input_invalid`, `upstream.source_ambiguous`, those of the protocol's metadata, `fetch.*`
 */
export async function fetchConfiguration(
  needs: { registry: Registry; world: World },
  body: unknown,
): Promise<RecognisedConfiguration> {
  const [name, value] = readSource(body);
  const shared = sharedDirectoryFault(`/${name}`, name === 'metadata' ? undefined : value);
  if (shared.length > 0) throw new Problem(problems.input_invalid, { errors: shared });
  const { protocol } = needs.registry[looksLikeOidc(name, value) ? 'oidc' : 'saml'];
  try {
    return recognised(
      await protocol.fetchConfiguration(sourceOf(name, value), needs.world),
      name === 'metadataUrl' ? value : undefined,
    );
  } catch (error) {
    if (!isProblem(error) || name !== 'metadataUrl') throw error;
    const errors = error.errors.map((fault) => (fault.pointer === '/url' ? { ...fault, pointer: '/metadataUrl' } : fault));
    throw new Problem(error.type, { detail: error.detail, facts: error.facts, errors, cause: error });
  }
}

/** What was fetched, with whose product it is and what is worth knowing of it. */
export interface RecognisedConfiguration extends FetchedConfiguration {
  /** Id of a preset; null for a provider that is not recognised. */
  preset: string | null;
}

function recognised(fetched: FetchedConfiguration, metadataUrl: string | undefined): RecognisedConfiguration {
  const traits = { ...(metadataUrl === undefined ? {} : { metadataUrl }), ...traitsOf(fetched.settings) };
  const { preset, notices } = describeProvider(traits, fetched.kind);
  return { ...fetched, preset, warnings: [...fetched.warnings, ...notices] };
}

function readSource(body: unknown): [(typeof SOURCES)[number], string] {
  const given = isObject(body) ? Object.entries(body) : [];
  const errors = given.flatMap(([name, value]) => {
    const pointer = `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (!SOURCES.some((known) => known === name)) return [{ pointer, code: 'unknown_field', detail: 'is not a field' }];
    return typeof value === 'string' && value.trim() !== '' ? [] : [{ pointer, code: 'invalid_type', detail: 'must be text' }];
  });
  if (errors.length > 0) throw new Problem(problems.input_invalid, { errors });
  const [first, ...others] = given;
  if (!first || others.length > 0) throw new Problem(problems.source_ambiguous);
  return first as [(typeof SOURCES)[number], string];
}

function sourceOf(name: (typeof SOURCES)[number], value: string): ConfigurationSource {
  switch (name) {
    case 'issuer':
      return { kind: 'issuer', issuer: value };
    case 'metadataUrl':
      return { kind: 'url', url: value };
    case 'metadata':
      return { kind: 'document', document: value };
  }
}

function looksLikeOidc(name: (typeof SOURCES)[number], value: string): boolean {
  switch (name) {
    case 'issuer':
      return true;
    case 'metadataUrl':
      return /\/\.well-known\/(?:openid-configuration|oauth-authorization-server)/.test(value);
    case 'metadata':
      return value.trimStart().startsWith('{');
  }
}
