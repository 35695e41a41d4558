/** What a mail says, before it is text or HTML. */
export interface Letter {
  readonly heading: string;
  readonly parts: readonly LetterPart[];
}

export type LetterPart =
  | { kind: 'paragraph'; text: string }
  /** A thing with facts about it, one line each. */
  | { kind: 'item'; title: string; lines: readonly string[] }
  /** Small print at the end. */
  | { kind: 'footer'; text: string };

/** Both forms say the same; a program that shows only one of them keeps nothing back. */
export function writeLetter(letter: Letter): { text: string; html: string } {
  return { text: writeText(letter), html: writeHtml(letter) };
}

function writeText({ heading, parts }: Letter): string {
  const blocks = parts.map((part) => {
    if (part.kind === 'item') return [`* ${part.title}`, ...part.lines.map((line) => `  ${line}`)].join('\n');
    return part.kind === 'footer' ? `-- \n${part.text}` : part.text;
  });
  return `${[heading, ...blocks].join('\n\n')}\n`;
}

const STYLE = {
  body: 'font-family:system-ui,-apple-system,Segoe UI,Helvetica,Arial,sans-serif;font-size:16px;line-height:1.5;color:#1b1f24;background:#ffffff;margin:0',
  box: 'max-width:640px;margin:0 auto;padding:24px',
  heading: 'font-size:20px;line-height:1.3;margin:0 0 16px',
  item: 'border-left:4px solid #9a6700;padding:4px 0 4px 12px;margin:0 0 16px',
  footer: 'color:#59636e;font-size:13px;border-top:1px solid #d1d9e0;padding-top:12px;margin:24px 0 0',
};

/** No link, no image, no script: nothing in it can be anything but read. */
function writeHtml({ heading, parts }: Letter): string {
  const blocks = parts.map((part) => {
    if (part.kind === 'paragraph') return `<p style="margin:0 0 16px">${escapeHtml(part.text)}</p>`;
    if (part.kind === 'footer') return `<p style="${STYLE.footer}">${escapeHtml(part.text)}</p>`;
    return `<div style="${STYLE.item}"><strong>${escapeHtml(part.title)}</strong><br>${part.lines.map(escapeHtml).join('<br>')}</div>`;
  });
  const content = `<h1 style="${STYLE.heading}">${escapeHtml(heading)}</h1>${blocks.join('')}`;
  return `<!doctype html><html><head><meta charset="utf-8"></head><body style="${STYLE.body}"><div style="${STYLE.box}">${content}</div></body></html>`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
