import { as, CREATES, isLetIn, type OidcPlace } from './oidc.place.ts';
import type { Rows, Setting } from './row.ts';

const gate = (rule: object, more: object = {}): object => ({ mode: 'rules', rules: [rule], ...more });

/** Somebody is kept out by the one rule and let in by the other, which differ in this member. */
const rule = (
  member: string,
  { does, value, without, within }: { does: string; value: unknown; without: object; within: object },
): Setting<OidcPlace> => ({
  field: `/access/rules/*/${member}`,
  does,
  given: { ...CREATES, access: gate(without) },
  value,
  patch: { access: gate(within) },
  see: as({ department: 'Research' }, isLetIn),
  before: 'admission.not_allowed',
  after: 'in',
});

const department = { claim: 'department', operator: 'equals', values: ['research'] };

/** Who is let in at all. */
export const access: Rows<OidcPlace> = {
  settings: [
    {
      field: '/access/mode',
      does: 'rules keeps out whom the rules do not fit',
      given: { ...CREATES, access: { mode: 'everyone', rules: [{ group: 'Board' }] } },
      value: 'rules',
      see: isLetIn,
      before: 'in',
      after: 'admission.not_allowed',
    },
    {
      field: '/access/match',
      does: 'all wants every rule to fit',
      given: { ...CREATES, access: { mode: 'rules', rules: [{ group: 'Engineering' }, { group: 'Board' }] } },
      value: 'all',
      see: isLetIn,
      before: 'in',
      after: 'admission.not_allowed',
    },
    rule('group', {
      does: 'is the group that somebody must be in',
      value: 'Engineering',
      without: { group: 'Board' },
      within: { group: 'Engineering' },
    }),
    rule('claim', {
      does: 'is the claim that is looked at',
      value: 'department',
      without: { ...department, claim: 'division', values: ['Research'] },
      within: { ...department, values: ['Research'] },
    }),
    rule('operator', {
      does: 'is how claim and value are compared',
      value: 'matches',
      without: { ...department, values: ['Res.*'] },
      within: { ...department, operator: 'matches', values: ['Res.*'] },
    }),
    rule('values', {
      does: 'are the values that will do',
      value: ['Sales', 'Research'],
      without: { ...department, values: ['Sales'] },
      within: { ...department, values: ['Sales', 'Research'] },
    }),
    rule('ignoreCase', {
      does: 'lets research stand for Research',
      value: true,
      without: department,
      within: { ...department, ignoreCase: true },
    }),
  ],
};
