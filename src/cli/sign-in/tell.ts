import type { TenantPaths } from '#client/index.ts';
import { paragraph } from '../print/fields.ts';
import { plain } from '../print/plain.ts';
import type { Style } from '../print/style.ts';
import { places, timeline } from '../print/timeline.ts';

export type SignIn = TenantPaths['/api/v1/sign-ins/{reference}']['get']['responses'][200]['content']['application/json'];

/** A sign-in so that it can be read to somebody on the phone: what happened, what to do, then the steps. */
export function tellSignIn(
  signIn: SignIn,
  { style, columns, slugs }: { style: Style; columns: number; slugs: ReadonlyMap<string, string> },
): string {
  const { remedy, trace, identityProviderId: provider } = signIn;
  const facts = [
    `${happened(signIn)} at ${style.time(signIn.startedAt)}.`,
    `Reference ${plain(signIn.reference)}.`,
    ...(signIn.code === null ? [] : [`Code ${plain(signIn.code)}.`]),
    ...(provider === null ? [] : [`Identity provider ${plain(slugs.get(provider) ?? provider)}.`]),
    ...(signIn.applicationId === null ? [] : [`Application ${plain(signIn.applicationId)}.`]),
    ...(signIn.suppressed > 0 ? [`${signIn.suppressed} refused answers before it were left out of the log.`] : []),
  ];
  const advice = remedy
    ? [
        `${style.paint('bold', 'What to do,')} ${places[remedy.where]}${remedy.pointer ? ` (${plain(remedy.pointer)})` : ''}:`,
        paragraph(remedy.whatToDo, { columns, indent: '  ' }),
        '',
      ]
    : [];
  return `${[...facts, '', ...advice, style.paint('bold', 'Steps')].join('\n')}\n${timeline(trace, style)}`;
}

function happened({ person, outcome, purpose }: SignIn): string {
  const who = person === null ? 'Somebody' : plain(person);
  if (outcome === 'verified') return `${who} passed a test sign-in`;
  if (outcome === 'signed-in') return `${who} signed in`;
  if (outcome === 'signed-out') return `${who} was signed out by the provider`;
  if (purpose === 'sign-out') return 'What a provider said of a sign-out was refused';
  return purpose === 'verify' ? `A test sign-in of ${who} was refused` : `${who} was refused`;
}
