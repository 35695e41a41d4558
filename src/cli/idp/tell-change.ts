import type { Outcome } from '../command.ts';
import { scalar } from '../print/fields.ts';
import { plain } from '../print/plain.ts';
import type { Style } from '../print/style.ts';
import type { Difference, Provider } from './shapes.ts';

/** What became of a change: live, or staged and what to do then. */
export function tellChange(provider: Provider, { staged, style }: { staged: boolean; style: Style }): Outcome {
  const { slug, revision, enabled } = provider;
  if (!staged || !provider.staged) {
    const state = enabled ? 'live' : 'a draft: nobody signs in through it';
    const next = enabled ? '' : `Next: sallyport idp verify ${plain(slug)}, then sallyport idp enable ${plain(slug)}\n`;
    return {
      document: provider,
      text: `${plain(provider.name)} (${plain(slug)}) is at revision ${revision}, ${state}.\n${next}`,
    };
  }
  const { revision: waiting, verified, differences } = provider.staged;
  const verify = verified ? '' : `sallyport idp verify ${plain(slug)} --revision ${waiting}, then `;
  const text = [
    `Staged as revision ${waiting}: people still sign in by revision ${revision}.`,
    tellDifferences(differences, style).trimEnd(),
    `Next: ${verify}sallyport idp activate ${plain(slug)} ${waiting}`,
  ].join('\n');
  return { document: provider, text: `${text}\n` };
}

/** Field by field what is and what would be. */
export function tellDifferences(differences: readonly Difference[], style: Style): string {
  return differences
    .map(({ pointer, before, after, secret, sensitive, because }) => {
      const values = secret ? 'a secret, changed' : `${valueOf(before, style)} → ${valueOf(after, style)}`;
      const why = sensitive && because ? style.paint('dim', `  (${plain(because)})`) : '';
      return `  ${style.paint('bold', plain(pointer))}  ${values}${why}\n`;
    })
    .join('');
}

function valueOf(value: unknown, style: Style): string {
  const text = Array.isArray(value) ? `[${value.map((one) => scalar(one, style)).join(', ')}]` : scalar(value, style);
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
}
