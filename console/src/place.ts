/** Where this console lives, as the page's `<base>` says: `/t/acme/console/`. */
const base = new URL(document.baseURI);

/** Path of the console without trailing slash. */
export const consolePath = base.pathname.replace(/\/+$/, '');
/** URL of the tenant: the issuer, and where the API is. */
export const tenantUrl = `${base.origin}${consolePath.replace(/\/console$/, '')}`;
export const consoleUrl = `${base.origin}${consolePath}`;
/** Nonce of this very answer: styles that the components write at run time carry it. */
export const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';
