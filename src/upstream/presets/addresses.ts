import type { Traits } from './preset.ts';

/** Every address among the traits; what is none is left out. */
export function addressesOf(traits: Traits): URL[] {
  return Object.values(traits)
    .map((text: unknown) => (typeof text === 'string' ? URL.parse(text) : null))
    .filter((url): url is URL => url !== null && (url.protocol === 'https:' || url.protocol === 'http:'));
}

/** Whether a host is the domain or lies under it. `okta.com.evil.example` and `notokta.com` do not. */
export function isUnder({ hostname }: URL, domains: readonly string[]): boolean {
  return domains.some((domain) => hostname === domain || hostname.endsWith(`.${domain}`));
}

/** Whether any address lies with one of the vendor's own domains. */
export function liesUnder(traits: Traits, domains: readonly string[]): boolean {
  return addressesOf(traits).some((url) => isUnder(url, domains));
}

/** Whether any address has a path that only this product has; for products that customers run under hosts of their own. */
export function hasPath(traits: Traits, pattern: RegExp): boolean {
  return addressesOf(traits).some(({ pathname }) => pattern.test(pathname));
}

export function pathOf(address: string | undefined): string | undefined {
  return address === undefined ? undefined : URL.parse(address)?.pathname;
}
