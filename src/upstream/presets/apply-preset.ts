import { isObject, mergePatch } from '#directory/index.ts';
import type { InputFault } from '#kernel/problem.ts';
import { type ConnectionKind, connectionKinds } from '../connection.ts';
import { sharedDirectoryOf } from './entra.ts';
import { findPreset, presets, traitsOf } from './list.ts';
import type { DocumentPart, Preset } from './preset.ts';

type Document = Readonly<Record<string, unknown>>;

/**
 * What the document says, then what its preset says, then the general defaults. The result is stored: a later release, with other
 * presets, changes nothing.
 *
 * @param body the document as it was given
 */
export function withPreset(general: DocumentPart, body: Document): Record<string, unknown> {
  return mergePatch(mergePatch(general, defaultsFor(body)), body) as Record<string, unknown>;
}

/** What the preset of a document fills in, `null` where it takes a general default away. */
function defaultsFor(body: Document): DocumentPart {
  const { kind } = body;
  const preset = findPreset(typeof body['preset'] === 'string' ? body['preset'] : null);
  const entry = isKind(kind) ? preset?.kinds[kind] : undefined;
  if (!entry) return {};
  const fields = body[kind === 'saml' ? 'saml' : 'oidc'];
  return typeof entry.defaults === 'function' ? entry.defaults(traitsOf(isObject(fields) ? fields : {})) : entry.defaults;
}

/**
 * What is wrong with the preset of a document: there is none of that name, or it is for another kind. A name that cannot be one is the
 * schema's fault to tell. One that a stored document already had may stay.
 */
export function presetFaults({ preset, kind }: Document, before?: { preset: string | null }): InputFault[] {
  if (typeof preset !== 'string' || !/^[a-z0-9-]{1,40}$/.test(preset) || preset === before?.preset) return [];
  const found = findPreset(preset);
  const pointer = '/preset';
  if (!found) return [{ pointer, code: 'unknown_preset', detail: `is none of ${presets.map(({ id }) => id).join(', ')}` }];
  if (!isKind(kind) || found.kinds[kind]) return [];
  return [
    { pointer, code: 'preset_mismatch', detail: `${found.title} is set up as ${kindsOf(found).join(' or ')}, not as ${kind}` },
  ];
}

/** An address that stands for several directories is the issuer of none: nothing that it issues could ever be accepted. */
export function sharedDirectoryFaults(document: Document): InputFault[] {
  const oidc = isObject(document['oidc']) ? document['oidc'] : {};
  return sharedDirectoryFault('/oidc/issuer', oidc['issuer']);
}

export function sharedDirectoryFault(pointer: string, address: unknown): InputFault[] {
  const name = sharedDirectoryOf(address);
  if (name === undefined) return [];
  const detail = `${name} stands for many directories; put the directory (tenant) id in its place: Entra shows it under Overview`;
  return [{ pointer, code: 'shared_directory', detail }];
}

export function kindsOf(preset: Preset): ConnectionKind[] {
  return connectionKinds.filter((kind) => preset.kinds[kind] !== undefined);
}

function isKind(kind: unknown): kind is ConnectionKind {
  return connectionKinds.some((known) => known === kind);
}
