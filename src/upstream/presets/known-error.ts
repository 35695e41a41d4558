import type { Explainer } from './provider-explanation.ts';

/** One error of a vendor: what it is known by, and what it means. */
export interface Known {
  /** Only with this vendor; without: with any. */
  preset?: string;
  error?: string;
  /** Words that the description must have: vendors tell several things by one code. */
  description?: RegExp;
  means: Explainer;
}

export const misconfigured = { where: 'provider', person: 'misconfigured' } as const;
export const redirectUriDiffers: Omit<Explainer, 'code'> = {
  title: 'The address to return to is not registered at the provider',
  whatToDo: ({ redirectUri: uri }) =>
    `Register exactly ${uri ?? 'the redirect URI shown here'} there; a slash more or less is another address.`,
  ...misconfigured,
};
