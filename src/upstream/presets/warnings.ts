import type { ConnectionDocument } from '../connections.schema.ts';
import { entra, looksLikeSecretId, PERSONAL_ACCOUNTS } from './entra.ts';
import { google } from './google.ts';
import { findPreset, recognise, traitsOf } from './list.ts';

/** Something that is allowed, and probably not meant. */
export interface Warning {
  code: string;
  /** Field of the document. */
  pointer: string;
  detail: string;
}

/**
 * What is questionable about a stored identity provider: it is shown with it, and stops nothing.
 *
 * @param secrets as they are stored; nothing of their value is told
 */
export function warningsOf(document: ConnectionDocument, secrets: Readonly<Record<string, string>>): Warning[] {
  const differing = [...presetDiffers(document), ...loosened(document)];
  return document.kind === 'saml' ? differing : [...differing, ...ofOidc(document, secrets)];
}

/** Somebody chose another vendor than the addresses are of: Okta Workforce for Okta Customer Identity, which is Auth0. */
function presetDiffers({ kind, preset, oidc, saml }: ConnectionDocument): Warning[] {
  const chosen = findPreset(preset);
  const recognised = recognise(traitsOf((kind === 'saml' ? saml : oidc) ?? {}));
  if (!chosen || !recognised || chosen === recognised || chosen.id.startsWith('generic-')) return [];
  const detail = `It was set up as ${chosen.title}, and its addresses are those of ${recognised.title}: scopes and claim names may not fit.`;
  return [{ code: 'preset_differs', pointer: '/preset', detail }];
}

/** What is stricter by default: it was said on purpose, or came in with a document. */
function loosened({ kind, oidc, saml }: ConnectionDocument): Warning[] {
  const [member, fields] = kind === 'saml' ? (['saml', saml ?? {}] as const) : (['oidc', oidc ?? {}] as const);
  const asksFor = ['acrValues', 'amrValues', 'requestedAuthnContexts'].some((name) => {
    const asked = fields[name];
    return Array.isArray(asked) && asked.length > 0;
  });
  if (!asksFor || fields['enforceContext'] !== false) return [];
  const detail = 'What is asked of the provider, a second factor perhaps, is not demanded of its answer.';
  return [{ code: 'context_not_enforced', pointer: `/${member}/enforceContext`, detail }];
}

function ofOidc(document: ConnectionDocument, secrets: Readonly<Record<string, string>>): Warning[] {
  const oidc = document.oidc ?? {};
  const traits = traitsOf(oidc);
  const warnings: Warning[] = [];
  const isEntra = document.kind === 'microsoft-oidc' || entra.recognises(traits);
  if (isEntra && looksLikeSecretId(secrets['clientSecret'] ?? '')) {
    warnings.push({
      code: 'secret_looks_like_id',
      pointer: '/oidc/clientSecret',
      detail:
        'This looks like the Secret ID of Entra. What is needed stands in the column Value, and is shown only when it is made.',
    });
  }
  const directory = oidc['directoryId'];
  if (isEntra && typeof directory === 'string' && directory.toLowerCase() === PERSONAL_ACCOUNTS) {
    warnings.push({
      code: 'entra_personal_accounts',
      pointer: '/oidc/directoryId',
      detail: 'This is the directory of all personal Microsoft accounts: anybody can have one.',
    });
  }
  if (google.recognises(traits) && document.users.create && document.access.mode === 'everyone') {
    warnings.push({
      code: 'google_any_account',
      pointer: '/access/rules',
      detail:
        'Whoever has a Google account would get an account here, unless the client’s audience at Google is Internal. Gate by the claim hd, which holds the Workspace domain.',
    });
  }
  return warnings;
}
