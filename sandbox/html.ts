import { STYLE } from './style.ts';
import type { Told } from './web.ts';

/** Markup that is safe to send: made by `html` alone. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Piece = string | number | Html | readonly Piece[];

/** A template whose values are escaped unless they are `Html` themselves. */
export function html(strings: TemplateStringsArray, ...pieces: Piece[]): Html {
  return new Html(strings.map((text, index) => (index === 0 ? text : render(pieces[index - 1]!) + text)).join(''));
}

export const NOTHING: Html = html``;

function render(piece: Piece): string {
  if (piece instanceof Html) return piece.text;
  if (typeof piece === 'object') return piece.map(render).join('');
  return String(piece).replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

export interface PageParts {
  title: string;
  /** Which of the two sites this is; picks its accent colour and its name in the header. */
  site: 'idp' | 'app';
  body: Html;
  status?: number;
  /** Additions to the content security policy: `script-src 'sha256-…'`. */
  policy?: string[];
  headers?: Record<string, string | string[]>;
}

const SITE_NAMES = { idp: 'Sandbox identity provider', app: 'Sample application' };

/** A whole page: no script unless the policy is widened, the style sheet from `/style.css`. */
export function tellPage({ title, site, body, status = 200, policy = [], headers = {} }: PageParts): Told {
  const page = html`<!doctype html>
<html lang="en" data-site="${site}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · ${SITE_NAMES[site]}</title>
<link rel="stylesheet" href="/style.css">
<link rel="icon" href="data:,">
</head>
<body>
<header><span class="mark" aria-hidden="true"></span>${SITE_NAMES[site]}</header>
<main>
${body}
</main>
</body>
</html>
`;
  // form-action is left out on purpose: browsers hold it against every redirect that follows a form, and a sign-in ends at
  // an address that this page cannot know.
  const fixed = ["default-src 'none'", "style-src 'self'", 'img-src data:', "base-uri 'none'", "frame-ancestors 'none'"];
  return {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': [...fixed, ...policy].join('; '),
      ...headers,
    },
    body: page.text,
  };
}

export function tellStyle(): Told {
  return { status: 200, headers: { 'content-type': 'text/css; charset=utf-8', 'cache-control': 'max-age=300' }, body: STYLE };
}
