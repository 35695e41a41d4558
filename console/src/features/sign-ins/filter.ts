/** The filter, as it stands in the address: a filtered log can be sent to a colleague. */
export interface SignInFilter {
  person?: string;
  outcome?: 'signed-in' | 'refused';
  identityProviderId?: string;
  applicationId?: string;
  userId?: string;
  code?: string;
  /** RFC 3339, of one day or from then on. */
  from?: string;
  until?: string;
}

export function readSignInFilter(search: Record<string, unknown>): SignInFilter {
  // The router reads what looks like a number as one.
  const text = (name: string): string | undefined =>
    ['string', 'number'].includes(typeof search[name]) && search[name] !== '' ? String(search[name]) : undefined;
  const time = (name: string): string | undefined => {
    const given = text(name);
    return given !== undefined && !Number.isNaN(Date.parse(given)) ? new Date(given).toISOString() : undefined;
  };
  const outcome = text('outcome');
  return {
    person: text('person'),
    outcome: outcome === 'signed-in' || outcome === 'refused' ? outcome : undefined,
    identityProviderId: text('identityProviderId'),
    applicationId: text('applicationId'),
    userId: text('userId'),
    code: text('code'),
    from: time('from'),
    until: time('until'),
  };
}

/** What the API is asked: somebody who types a reference looks for that sign-in, not for a person of that name. */
export function queryOf({ person = '', ...filter }: SignInFilter): SignInFilter & { reference?: string } {
  const isReference = /^[0-9A-Z]{4}-[0-9A-Z-]{1,9}$/i.test(person) && (/\d/.test(person) || person === person.toUpperCase());
  return { ...filter, ...(isReference ? { reference: person } : { person: person || undefined }) };
}

const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
/** Clocks are changed by an hour, and days are as long as that makes them. */
const LONGEST_DAY = 25 * 3_600_000;

/** The span in words; nothing where none is given. */
export function tellSpan({ from, until }: SignInFilter): string | undefined {
  if (from === undefined) return until === undefined ? undefined : `Before ${moment.format(new Date(until))}`;
  const start = new Date(from);
  if (until === undefined) return `Since ${(start.getHours() === 0 ? day : moment).format(start)}`;
  const isOneDay = new Date(until).getTime() - start.getTime() <= LONGEST_DAY && start.getHours() === 0;
  return isOneDay ? day.format(start) : `${moment.format(start)} to ${moment.format(new Date(until))}`;
}
