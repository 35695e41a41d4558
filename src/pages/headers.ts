import { createHash } from 'node:crypto';

/** What a page needs from the browser, and nothing else; it becomes the Content-Security-Policy. */
export interface PagePolicy {
  /** Inline styles and scripts exactly as they stand in the page; each is allowed by its hash. */
  readonly styles: readonly string[];
  readonly scripts: readonly string[];
  /** Image URLs, as checked by `isShowableImage`. */
  readonly images: readonly string[];
  /** Where forms may lead; see `formAction`. */
  readonly forms: 'none' | 'onward';
  /** `kept` for every page in the middle of a journey; see `openerPolicy`. */
  readonly opener: 'kept' | 'cut';
  /** What other sites learn when a form is sent to them: nothing, or our origin. */
  readonly referrer: 'same-origin' | 'strict-origin';
  readonly language: string;
}

/** A rendered page: its HTML and what `pageHeaders` has to allow for it. */
export interface Page {
  readonly html: string;
  readonly policy: PagePolicy;
}

/**
 * All headers of a page's answer, content type included; the status is the caller's.
 *
 * `Referrer-Policy` is not `no-referrer`: Chromium 156 (Fetch §3.2, "append a request Origin header") then sends `Origin: null` even with
 * a form posted to our own origin, and a route could not tell it from a stranger's. With `same-origin` our own forms
 * carry our Origin and others still learn nothing. A form posted to an identity provider carries our bare origin (`strict-origin`),
 * as it would without any policy: some firewalls in front of providers refuse `Origin: null`.
 *
 * @see OWASP ASVS 5.0 §V3.4, CSP Level 3
 */
export function pageHeaders(page: Page): Record<string, string> {
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-language': page.policy.language,
    'content-security-policy': securityPolicy(page.policy),
    'cache-control': 'no-store',
    'referrer-policy': page.policy.referrer,
    'cross-origin-opener-policy': openerPolicy(page.policy),
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy':
      'camera=(), display-capture=(), geolocation=(), identity-credentials-get=(), microphone=(), payment=(), usb=()',
    'x-content-type-options': 'nosniff',
    // `frame-ancestors` says the same to every browser of the last ten years; scanners of customers ask for this one.
    'x-frame-options': 'DENY',
    'x-robots-tag': 'noindex',
  };
}

function securityPolicy(policy: PagePolicy): string {
  const directives = [
    "default-src 'none'",
    `style-src ${policy.styles.map(hashSource).join(' ')}`,
    ...(policy.scripts.length > 0 ? [`script-src ${policy.scripts.map(hashSource).join(' ')}`] : []),
    ...(policy.images.length > 0 ? [`img-src ${imageSources(policy.images).join(' ')}`] : []),
    ...formAction(policy),
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ];
  return directives.join('; ');
}

/**
 * `form-action` also judges every redirect that follows a form's submission. Tried in Chromium 156: a form posted to ourselves and
 * answered with 303 to the identity provider is blocked by `'self'`; each later hop is judged as well, and a provider where the person is
 * still signed in goes back to us and on to the application in the same chain, at times to `com.example.app:/callback`, which
 * `'self' https: http:` blocks too. Neither the hosts on the way nor the application's scheme are known here, and a list that
 * stops nobody (an attacker has https) is not worth locking people out. So pages whose form leads onward name no `form-action`; what
 * keeps a strange form out of them is escaping, `default-src 'none'` and `base-uri 'none'`. All other pages forbid forms.
 *
 * @see https://github.com/w3c/webappsec-csp/issues/8
 */
function formAction(policy: PagePolicy): string[] {
  return policy.forms === 'none' ? ["form-action 'none'"] : [];
}

/**
 * An application may sign people in in a pop-up and wait for word from it. Any policy but `unsafe-none` on one page of the journey
 * parts the two for good (Chromium 156: `window.opener` is null after the return, and the application sees its pop-up closed). So it
 * is cut only where a journey has ended.
 */
function openerPolicy(policy: PagePolicy): string {
  return policy.opener === 'cut' ? 'same-origin' : 'unsafe-none';
}

function imageSources(images: readonly string[]): string[] {
  return [...new Set(images.map((url) => (url.startsWith('data:') ? 'data:' : new URL(url).origin)))];
}

/** Hashes of the texts that come with every page; a tenant's own colours are hashed as they come. */
const known = new Map<string, string>();

/** Hashes a text of ours once, when the process starts. */
export function rememberHash(text: string): void {
  known.set(text, hashSource(text));
}

function hashSource(text: string): string {
  return known.get(text) ?? `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
