import { isColour, paletteOf } from './colour.ts';
import { type Page, type PagePolicy, rememberHash } from './headers.ts';
import type { Language } from './language.ts';
import { isShowableImage, LONGEST, readable } from './safe.ts';
import { loadPartial, loadTemplate, readAsset } from './template.ts';
import { type Texts, textsOf } from './texts/catalogue.ts';

/** How a tenant wants its pages to look. What cannot be shown safely is left out: a page never fails over its colours. */
export interface Branding {
  /** `https:` or `data:` (png, jpeg, gif, webp, avif). */
  logoUrl?: string;
  /** `#rgb` or `#rrggbb`; text on it, and it as text, are made legible. */
  primaryColor?: string;
}

/** What every page is told. */
export interface PageFrame {
  /** Display name of the tenant; null when the URL named none. */
  tenantName: string | null;
  language: Language;
  branding?: Branding;
}

/** The part of a page that differs: already rendered, hence HTML. */
export interface PageBody {
  /** Text of the browser's tab; the tenant's name is added. */
  title: string;
  content: string;
  forms: PagePolicy['forms'];
  opener: PagePolicy['opener'];
  images?: readonly string[];
  /** Styles that only this page needs; a constant of the program. */
  style?: string;
  script?: string;
  referrer?: PagePolicy['referrer'];
}

interface LayoutView {
  language: string;
  title: string;
  tenantName: string;
  initial: string;
  logo: string;
  style: string;
  brandStyle: string;
  ownStyle: string;
  script: string;
  content: string;
}

const PRODUCT = 'Sallyport';

const style = readAsset('style.css');
rememberHash(style);
for (const partial of ['hidden-fields', 'providers', 'mark', 'answers', 'field']) loadPartial(partial);
const renderLayout = loadTemplate<LayoutView>('layout');

/** Puts a body into the frame that all pages share, and notes what the browser must be allowed for it. */
export function makePage(frame: PageFrame, body: PageBody): Page {
  const tenantName = readable(frame.tenantName ?? '', LONGEST.name) || PRODUCT;
  const logo = showableOrNone(frame.branding?.logoUrl);
  const brandStyle = brandStyleOf(frame.branding);
  const html = renderLayout({
    language: frame.language,
    title: `${body.title} · ${tenantName}`,
    tenantName,
    initial: initialOf(tenantName),
    logo,
    style,
    brandStyle,
    ownStyle: body.style ?? '',
    script: body.script ?? '',
    content: body.content,
  });
  return {
    html,
    policy: {
      styles: [style, brandStyle, body.style ?? ''].filter((text) => text !== ''),
      scripts: body.script === undefined ? [] : [body.script],
      images: [logo, ...(body.images ?? [])].filter((url) => url !== ''),
      forms: body.forms,
      opener: body.opener,
      referrer: body.referrer ?? 'same-origin',
      language: frame.language,
    },
  };
}

/** The frame's texts and its tenant's name, fit for a sentence. */
export function wordsOf(frame: PageFrame): { texts: Texts; tenant: string } {
  return { texts: textsOf(frame.language), tenant: readable(frame.tenantName ?? '', LONGEST.name) || PRODUCT };
}

/** The URL when it may be shown, else empty. */
export function showableOrNone(url: string | undefined): string {
  return url !== undefined && isShowableImage(url) ? url : '';
}

/** What stands where a picture is missing. */
export function initialOf(name: string): string {
  return (Array.from(name)[0] ?? '').toUpperCase();
}

/** Names and values that travel with a form, as its template wants them. Values go out unaltered. */
export function hiddenFields(fields: Readonly<Record<string, string>> | undefined): { name: string; value: string }[] {
  return Object.entries(fields ?? {}).map(([name, value]) => ({ name, value }));
}

function brandStyleOf(branding: Branding | undefined): string {
  if (!branding?.primaryColor || !isColour(branding.primaryColor)) return '';
  const { accent, onAccent, accentHover, ink, edge } = paletteOf(branding.primaryColor);
  // Only what `paletteOf` computed is printed, never the text that was given.
  return [
    `:root{--accent:${accent};--on-accent:${onAccent};--accent-hover:${accentHover};`,
    `--accent-ink:${ink.light};--accent-edge:${edge.light}}`,
    `@media (prefers-color-scheme:dark){:root{--accent-ink:${ink.dark};--accent-edge:${edge.dark}}}`,
  ].join('');
}
