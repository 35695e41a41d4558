import type { Kind } from '../api.ts';
import { useQueryTexts, useSetQuery } from '../routes.ts';

export const wizardSteps = [
  { id: 'vendor', label: 'Vendor' },
  { id: 'there', label: 'Their console' },
  { id: 'here', label: 'Connect' },
  { id: 'people', label: 'People' },
  { id: 'verify', label: 'Verify' },
  { id: 'on', label: 'Switch on' },
] as const;
export type WizardStep = (typeof wizardSteps)[number]['id'];

/** Where somebody is on the way, as it stands in the address; a reload or a colleague goes on from there. Never a secret. */
export interface WizardPlace {
  step: WizardStep;
  preset: string;
  kind: Kind;
  name: string;
  slug: string;
  /** The draft, once it is made. */
  id: string | undefined;
  issuer: string;
  metadataUrl: string;
  report: string | undefined;
}

const kinds: readonly Kind[] = ['microsoft-oidc', 'oidc', 'saml'];

export function useWizardPlace(): WizardPlace & { go: (change: Partial<WizardPlace>, how?: { replace?: boolean }) => void } {
  const texts = useQueryTexts();
  const set = useSetQuery();
  const preset = texts['preset'] ?? '';
  const wanted = wizardSteps.find(({ id }) => id === texts['step'])?.id ?? 'vendor';
  const id = texts['id'];
  const early = wanted === 'vendor' || wanted === 'there' || wanted === 'here';
  return {
    // Without a vendor there is no guide, without a draft nothing to test.
    step: preset === '' && !id ? 'vendor' : early || id ? wanted : 'here',
    preset,
    kind: kinds.find((kind) => kind === texts['kind']) ?? 'oidc',
    name: texts['name'] ?? '',
    slug: texts['slug'] ?? '',
    id,
    issuer: texts['issuer'] ?? '',
    metadataUrl: texts['metadataUrl'] ?? '',
    report: texts['report'],
    go: (change, how = { replace: false }) => set(change as Record<string, string | undefined>, how),
  };
}

/** As the server makes a slug of a name. */
export function slugOf(name: string): string {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return plain.slice(0, 56).replace(/-+$/, '') || 'idp';
}

/** The first of `okta`, `okta-2` … that nobody has. */
export function freeSlug(wanted: string, taken: readonly string[]): string {
  if (!taken.includes(wanted)) return wanted;
  let number = 2;
  while (taken.includes(`${wanted}-${number}`)) number += 1;
  return `${wanted}-${number}`;
}
