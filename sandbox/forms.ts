/** The first form of a page of the sandbox, as a browser without script would send it. For tests. */
export interface ReadForm {
  action: URL;
  fields: Record<string, string>;
}

export function readForm(page: string, pageUrl: string | URL): ReadForm {
  const form = /<form method="post" action="([^"]*)">([\s\S]*?)<\/form>/.exec(page);
  if (!form) throw new Error(`There is no form on ${pageUrl}:\n${page}`);
  const inputs = form[2]!.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g);
  return {
    action: new URL(unescape(form[1]!), pageUrl),
    fields: Object.fromEntries([...inputs].map((input) => [unescape(input[1]!), unescape(input[2]!)])),
  };
}

/** Opens a sign-in page of the identity provider and chooses a person, or cancels with `''`. Redirects are not followed. */
export async function choosePerson(page: { url: URL | string; body?: URLSearchParams }, personId: string): Promise<Response> {
  const shown = await fetch(page.url, page.body && { method: 'POST', body: page.body });
  const form = readForm(await shown.text(), page.url);
  return fetch(form.action, {
    method: 'POST',
    body: new URLSearchParams({ ...form.fields, person: personId }),
    redirect: 'manual',
  });
}

function unescape(text: string): string {
  return text.replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => CHARACTERS[entity]!);
}

const CHARACTERS: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'" };
