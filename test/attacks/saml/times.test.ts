import { after, before, describe } from 'node:test';
import { conditionsXml } from '../../kit/saml/templates.ts';
import { at, conditions, confirmed, ours } from './messages.ts';
import { type Answering, accept, openStage, refuse, type Stage } from './stage.ts';

let stage: Stage;
const here = (): Stage => stage;

before(async () => {
  stage = await openStage();
});
after(() => stage.close());

describe('the message is of now (T48, T49)', () => {
  const issued = (what: 'response' | 'assertion', value: () => string): Answering => ({
    change: () => ({ [what]: { issueInstant: value() } }),
  });
  const ending = (notOnOrAfter: () => string | null): Answering => conditions(ours, () => ({ notOnOrAfter: notOnOrAfter() }));
  const beginning = (notBefore: () => string | null): Answering => conditions(ours, () => ({ notBefore: notBefore() }));
  accept(here, [
    { name: 'Conditions over for less than the skew', ...ending(() => at(-120)) },
    { name: 'Conditions that begin within the skew', ...beginning(() => at(120)) },
    { name: 'an offset in the place of Z', ...issued('assertion', () => at(7200).replace('Z', '+02:00')) },
    { name: 'a session that lasts', change: () => ({ authn: { sessionNotOnOrAfter: at(3600) } }) },
  ]);
  refuse(here, [
    { name: 'T48: Conditions over', code: 'saml.expired', ...ending(() => at(-240)) },
    { name: 'T48: Confirmation over', code: 'saml.confirmation_expired', ...confirmed(() => ({ notOnOrAfter: at(-240) })) },
    { name: 'T48: Confirmation without end', code: 'saml.confirmation_expired', ...confirmed(() => ({ notOnOrAfter: null })) },
    { name: 'T48: Session over', code: 'saml.session_expired', change: () => ({ authn: { sessionNotOnOrAfter: at(-240) } }) },
    { name: 'T49: Conditions from in ten minutes on', code: 'saml.not_yet_valid', ...beginning(() => at(600)) },
    {
      name: 'T49: Confirmation from in ten minutes on',
      code: 'saml.confirmation_not_yet_valid',
      ...confirmed(() => ({ notBefore: at(600) })),
    },
    { name: 'T49: signed in tomorrow', code: 'saml.not_yet_valid', change: () => ({ authn: { authnInstant: at(86_400) } }) },
    {
      name: 'T49: Conditions that end in the year 9999999',
      code: 'saml.time_malformed',
      ...ending(() => '9999999-01-01T00:00:00Z'),
    },
    { name: 'T49: Conditions that end at no time', code: 'saml.time_malformed', ...ending(() => '') },
    {
      name: 'T49: Confirmation that ends without a zone',
      code: 'saml.time_malformed',
      ...confirmed(() => ({ notOnOrAfter: at(300).replace('Z', '') })),
    },
    ...(['response', 'assertion'] as const).flatMap((what) => [
      { name: `T49: ${what} issued tomorrow`, code: 'saml.issued_out_of_time', ...issued(what, () => at(86_400)) },
      { name: `T49: ${what} issued yesterday`, code: 'saml.issued_out_of_time', ...issued(what, () => at(-86_400)) },
      { name: `T49: ${what} issued on 30 February`, code: 'saml.time_malformed', ...issued(what, () => '2026-02-30T12:00:00Z') },
      {
        name: `T49: ${what} issued at 24:00`,
        code: 'saml.time_malformed',
        ...issued(what, () => `${at(0).slice(0, 11)}24:00:00Z`),
      },
      { name: `T49: ${what} issued without a zone`, code: 'saml.time_malformed', ...issued(what, () => at(0).replace('Z', '')) },
      {
        name: `T49: ${what} issued in the year 9999999`,
        code: 'saml.time_malformed',
        ...issued(what, () => '9999999-01-01T00:00:00Z'),
      },
      { name: `T49: ${what} issued at a date alone`, code: 'saml.time_malformed', ...issued(what, () => at(0).slice(0, 10)) },
      { name: `T49: ${what} issued with spaces`, code: 'saml.time_malformed', ...issued(what, () => ` ${at(0)} `) },
      { name: `T49: ${what} issued at a number`, code: 'saml.time_malformed', ...issued(what, () => String(Date.now())) },
    ]),
  ]);
});

describe('conditions are there and understood (T50)', () => {
  const once = '<saml:OneTimeUse></saml:OneTimeUse>';
  accept(here, [{ name: 'OneTimeUse', ...conditions((id) => ours(id) + once) }]);
  refuse(here, [
    { name: 'none', code: 'saml.conditions_missing', change: { conditions: '' } },
    { name: 'empty', code: 'saml.audience_missing', ...conditions(() => '') },
    {
      name: 'an unknown one',
      code: 'saml.condition_unknown',
      ...conditions((id) => `${ours(id)}<saml:Condition></saml:Condition>`),
    },
    {
      name: 'one of a foreign namespace',
      code: 'saml.condition_unknown',
      ...conditions((id) => `${ours(id)}<x:OneTimeUse xmlns:x="urn:x"></x:OneTimeUse>`),
    },
    {
      name: 'the audience in a foreign namespace',
      code: 'saml.condition_unknown',
      ...conditions((id) => `<x:AudienceRestriction xmlns:x="urn:x"><x:Audience>${id}</x:Audience></x:AudienceRestriction>`),
    },
    {
      name: 'twice',
      code: 'xml.unexpected_structure',
      change: ({ connection }) => ({
        conditions: conditionsXml({ notBefore: null, notOnOrAfter: at(300), content: ours(connection.spEntityId) }).repeat(2),
      }),
    },
  ]);
});
