import { type InputFault, isProblem, Problem } from '#kernel/problem.ts';
import type { World } from '#kernel/world.ts';
import type { ConfigurationSource, FetchedConfiguration } from '../protocol.ts';
import { faultOfIssuer, faultOfUrl, urlFaults } from './endpoint-url.ts';
import { problems } from './metadata/problems.ts';
import { readMetadata } from './metadata.ts';
import { issuerOfVersion1, readDirectoryIssuer } from './microsoft.ts';
import { readStrictJson } from './strict-json.ts';

interface Policy {
  allowPrivateNetwork: boolean;
}
type Document = Readonly<Record<string, unknown>>;

const WELL_KNOWN = '/.well-known/openid-configuration';
/** OAuth metadata puts the issuer's path behind. @see RFC 8414 §3.1 */
const WELL_KNOWN_OAUTH = '/.well-known/oauth-authorization-server';
const LARGEST_DOCUMENT_BYTES = 256 * 1024;
const TIMEOUT_MILLISECONDS = 8000;

/**
 * Reads a provider's metadata, from its issuer, its metadata URL or a pasted document, into fields of `oidc`. The issuer in the
 * document must be the one that it was fetched for; a pasted document proves no issuer, and the warnings say so.
 *
 * @throws Problem `oidc.metadata_unreadable`, `oidc.metadata_issuer_mismatch`, `oidc.metadata_issuer_templated`, `oidc.metadata_invalid`, `fetch.*`
 * @see OpenID Connect Discovery 1.0 §4, RFC 8414 §3
 */
export async function fetchConfiguration(
  source: ConfigurationSource,
  world: World,
  policy: Policy,
): Promise<FetchedConfiguration> {
  const place = locate(source, policy);
  const document = readDocument(place.kind === 'pasted' ? Buffer.from(place.text) : await download(place.url, world));
  checkIssuer(document, place.kind === 'pasted' ? undefined : place.issuers);
  checkAddresses(document, policy);
  const read = readMetadata(document);
  if (place.kind === 'fetched') return read;
  return {
    ...read,
    warnings: [
      ...read.warnings,
      { code: 'issuer_not_proven', detail: 'The document was pasted: nobody has proven that it comes from this issuer.' },
    ],
  };
}

type Place = { kind: 'pasted'; text: string } | { kind: 'fetched'; url: string; issuers: readonly string[] };

/** Where the document lies, and which issuers it may speak for: the prefix of its address, with and without the last slash. */
function locate(source: ConfigurationSource, policy: Policy): Place {
  if (source.kind === 'document') return { kind: 'pasted', text: source.document };
  if (source.kind === 'issuer') {
    const issuer = source.issuer.trim();
    checkGiven('/issuer', faultOfIssuer(issuer, policy));
    return { kind: 'fetched', url: `${issuer.replace(/\/$/, '')}${WELL_KNOWN}`, issuers: [issuer] };
  }
  const given = source.url.trim();
  checkGiven('/url', faultOfUrl(given, policy));
  const url = new URL(given);
  const prefix = url.pathname.endsWith(WELL_KNOWN)
    ? url.pathname.slice(0, -WELL_KNOWN.length)
    : url.pathname.startsWith(WELL_KNOWN_OAUTH)
      ? url.pathname.slice(WELL_KNOWN_OAUTH.length)
      : undefined;
  if (prefix === undefined) throw new Problem(problems.metadata_unreadable, { detail: `The URL must end in ${WELL_KNOWN}.` });
  const base = `${url.origin}${prefix.replace(/\/$/, '')}`;
  return { kind: 'fetched', url: url.href, issuers: [base, `${base}/`, ...issuersOfMicrosoft(base)] };
}

/** Microsoft's own address of one directory speaks for the version 1.0 issuer, which has another host. */
function issuersOfMicrosoft(base: string): string[] {
  const version2 = readDirectoryIssuer(`${base}/v2.0`);
  return version2 === undefined ? [] : [issuerOfVersion1(base, version2.directoryId)];
}

function checkGiven(pointer: string, fault: keyof typeof urlFaults | undefined): void {
  if (fault) throw new Problem(problems.metadata_invalid, { errors: [{ pointer, code: fault, detail: urlFaults[fault] }] });
}

async function download(url: string, world: World): Promise<Uint8Array> {
  const response = await world
    .fetch(url, {
      headers: { accept: 'application/json' },
      redirect: 'follow',
      maxBytes: LARGEST_DOCUMENT_BYTES,
      timeoutMilliseconds: TIMEOUT_MILLISECONDS,
    })
    .catch((error: unknown) => {
      if (isProblem(error)) throw new Problem(error.type, { detail: error.detail, facts: { ...error.facts, url }, cause: error });
      throw error;
    });
  if (response.status !== 200)
    throw new Problem(problems.metadata_unreadable, { detail: `The address answered ${response.status}.`, facts: { url } });
  return new Uint8Array(await response.arrayBuffer());
}

function readDocument(bytes: Uint8Array): Document {
  const json = bytes.byteLength > LARGEST_DOCUMENT_BYTES ? undefined : readStrictJson(bytes);
  if (json?.kind === 'read') return json.object;
  throw new Problem(problems.metadata_unreadable, {
    detail: 'It is no JSON document.',
    facts: { fault: json?.fault ?? 'too_large' },
  });
}

/** A document from one place that names the issuer of another would put our clients' trust there. @see OpenID Connect Discovery 1.0 §4.3 */
function checkIssuer({ issuer }: Document, expected: readonly string[] | undefined): void {
  if (typeof issuer !== 'string' || issuer === '') {
    throw new Problem(problems.metadata_invalid, { errors: [{ pointer: '/issuer', code: 'required', detail: 'is required' }] });
  }
  if (/[{}]/.test(issuer)) throw new Problem(problems.metadata_issuer_templated, { facts: { issuer: issuer.slice(0, 300) } });
  if (expected && !expected.includes(issuer)) {
    throw new Problem(problems.metadata_issuer_mismatch, {
      detail: `The document says ${issuer.slice(0, 300)}.`,
      facts: { expected, received: issuer.slice(0, 300) },
    });
  }
}

/** Members that are addresses, and whether the gateway cannot do without. */
const ADDRESSES: readonly [string, boolean][] = [
  ['authorization_endpoint', true],
  ['token_endpoint', true],
  ['jwks_uri', true],
  ['userinfo_endpoint', false],
  ['end_session_endpoint', false],
  ['revocation_endpoint', false],
];

/** Every address that will be called or sent to is judged here, all at once, before anything is stored or connected to. */
function checkAddresses(document: Document, policy: Policy): void {
  const errors: InputFault[] = [];
  const issuerFault = faultOfIssuer(String(document.issuer), policy);
  if (issuerFault) errors.push({ pointer: '/issuer', code: issuerFault, detail: urlFaults[issuerFault] });
  for (const [name, required] of ADDRESSES) {
    const value = document[name];
    if (value === undefined || value === null) {
      if (required) errors.push({ pointer: `/${name}`, code: 'required', detail: 'is required' });
      continue;
    }
    const fault = typeof value === 'string' ? faultOfUrl(value, policy) : 'not_a_url';
    if (fault) errors.push({ pointer: `/${name}`, code: fault, detail: urlFaults[fault] });
  }
  if (errors.length > 0) throw new Problem(problems.metadata_invalid, { errors });
}
