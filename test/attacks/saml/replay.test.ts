import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Agent, codeOf, type Visit } from '../../kit/agent.ts';
import { newId, type RespondOptions } from '../../kit/saml/idp.ts';
import { audienceRestrictionXml, conditionsXml } from '../../kit/saml/templates.ts';
import { REDIRECT_URI } from '../../kit/scene.ts';
import { eventsAfter, isSignedIn, refused, signsIn, stateOf } from '../oracles.ts';
import { answerTo, begin, type Delivery, deliver, openStage, type Stage, secretsOf, type Waiting } from './stage.ts';

let stage: Stage;
/** Another node on the same database. */
let second: { origin: string; close(): Promise<void> };

before(async () => {
  stage = await openStage();
  second = await stage.scene.gateway.addNode();
});
after(() => stage.close());

/** The browser as the other node sees it: one host, one jar of cookies. */
function onNode(node: { origin: string }, { agent, tenant, connection }: Waiting): Required<Pick<Delivery, 'agent' | 'acsUrl'>> {
  const there = new Agent();
  for (const pair of agent.cookieHeader(new URL(tenant.url).origin).split('; ')) {
    const at = pair.indexOf('=');
    there.setCookie(node.origin, pair.slice(0, at), pair.slice(at + 1));
  }
  return { agent: there, acsUrl: connection.acsUrl.replace(new URL(tenant.url).origin, node.origin) };
}

/** One sign-in that went well, and the answer that it went by. */
async function signedIn(change: Partial<RespondOptions> = {}): Promise<{ waiting: Waiting; answer: string }> {
  const waiting = await begin(stage.acme, stage.saml);
  const answer = answerTo(waiting, { change });
  await signsIn(waiting, { arrived: await deliver(waiting, answer), asked: waiting.asked });
  return { waiting, answer };
}

async function replayed(
  { waiting, answer }: { waiting: Waiting; answer: string },
  code: string,
  delivery: Delivery = {},
): Promise<void> {
  await refused(waiting, { code, secrets: secretsOf(waiting, answer) }, () => deliver(waiting, answer, delivery));
}

describe('a response counts once (T61, T62)', () => {
  it('the valid control: a sign-in that began on one node ends on the other', async () => {
    const waiting = await begin(stage.acme, stage.saml);
    const arrived = await deliver(waiting, answerTo(waiting, {}), onNode(second, waiting));
    assert.equal(arrived.status, 303, arrived.body.slice(0, 300));
    assert.match(String(arrived.headers['set-cookie']), /sallyport-session/);
    const address = new URL(arrived.location ?? '');
    assert.equal(`${address.origin}${address.pathname}`, REDIRECT_URI);
    assert.equal(address.searchParams.get('iss'), stage.acme.url, 'the tenant’s own URL, not the node’s');
  });

  it('T61: the same browser posts it again', async () => {
    await replayed(await signedIn(), 'sign_in.attempt_taken');
  });

  it('T61: in other bytes that say the same', async () => {
    const { waiting, answer } = await signedIn({ sign: 'both' });
    const varied = Buffer.from(
      `<?xml version="1.0"?>\n${Buffer.from(answer, 'base64').toString().replace('<samlp:Response ', '<samlp:Response  ')}`,
    ).toString('base64');
    assert.notEqual(varied, answer);
    await replayed({ waiting, answer: varied }, 'sign_in.attempt_taken');
  });

  it('T61: a thief of the cookies posts it again', async () => {
    const { waiting, answer } = await signedIn();
    await replayed({ waiting, answer }, 'sign_in.attempt_taken', { agent: waiting.agent.clone() });
  });

  it('T61: another browser posts it again', async () => {
    await replayed(await signedIn(), 'sign_in.other_browser', { agent: new Agent() });
  });

  it('T61: another browser posts it again to a sign-in of its own', async () => {
    const { answer } = await signedIn();
    const own = await begin(stage.acme, stage.saml);
    await refused(own, { code: 'sign_in.other_browser', secrets: secretsOf(own, answer) }, () => deliver(own, answer));
    assert.equal(await isSignedIn(own), false);
  });

  it('T61: another browser lets its own response hold the old assertion', async () => {
    const { answer } = await signedIn();
    const own = await begin(stage.acme, stage.saml);
    const old = /<saml:Assertion .*<\/saml:Assertion>/s.exec(Buffer.from(answer, 'base64').toString())?.[0] ?? '';
    const mixed = answerTo(own, { xml: (xml) => xml.replace(/<saml:Assertion .*<\/saml:Assertion>/s, old) });
    await refused(own, { code: 'saml.in_response_to_mismatch', secrets: secretsOf(own, mixed) }, () => deliver(own, mixed));
    assert.equal(await isSignedIn(own), false);
  });

  it('T61: a refused response cannot be mended and posted again', async () => {
    const waiting = await begin(stage.acme, stage.saml);
    const bad = answerTo(waiting, { xml: (xml) => xml.replaceAll('alice-0001', 'admin-0001') });
    await refused(waiting, { code: 'xml.signature_digest' }, () => deliver(waiting, bad));
    await replayed({ waiting, answer: answerTo(waiting, {}) }, 'sign_in.attempt_taken');
    assert.equal(await isSignedIn(waiting), false);
  });

  it('T62: on the other node', async () => {
    const { waiting, answer } = await signedIn();
    await replayed({ waiting, answer }, 'sign_in.attempt_taken', onNode(second, waiting));
  });

  it('T62: on a node that was started afterwards', async () => {
    const before = await stage.scene.gateway.addNode();
    const waiting = await begin(stage.acme, stage.saml);
    const answer = answerTo(waiting, {});
    assert.equal((await deliver(waiting, answer, onNode(before, waiting))).status, 303);
    await before.close();
    const restarted = await stage.scene.gateway.addNode();
    await replayed({ waiting, answer }, 'sign_in.attempt_taken', onNode(restarted, waiting));
    await restarted.close();
  });
});

describe('an assertion counts once, whatever it answers (T50, T61, T62)', () => {
  /** A provider that gives the same ids to the answers of two requests. */
  const twice =
    (change: Partial<RespondOptions>, conditions?: string): ((waiting: Waiting) => Partial<RespondOptions>) =>
    ({ connection }) => ({
      ...change,
      ...(conditions === undefined
        ? {}
        : {
            conditions: conditionsXml({
              notBefore: null,
              notOnOrAfter: null,
              content: audienceRestrictionXml(connection.spEntityId) + conditions,
            }),
          }),
    });

  async function firstThenAgain(
    change: (waiting: Waiting) => Partial<RespondOptions>,
    code: string,
    delivery: (waiting: Waiting) => Delivery = () => ({}),
  ): Promise<void> {
    const first = await begin(stage.acme, stage.saml);
    await signsIn(first, { arrived: await deliver(first, answerTo(first, { change })), asked: first.asked });
    const again = await begin(stage.acme, stage.saml);
    const answer = answerTo(again, { change });
    await refused(again, { code, secrets: secretsOf(again, answer) }, () => deliver(again, answer, delivery(again)));
    assert.equal(await isSignedIn(again), false);
  }

  it('T61: the id of the assertion', () => firstThenAgain(twice({ assertion: { id: newId() } }), 'sign_in.answer_replayed'));
  it('T61: the id of a signed response', () =>
    firstThenAgain(twice({ sign: 'response', response: { id: newId() } }), 'sign_in.answer_replayed'));
  it('T62: the id of the assertion, on the other node', () =>
    firstThenAgain(twice({ assertion: { id: newId() } }), 'sign_in.answer_replayed', (again) => onNode(second, again)));
  it('T50: OneTimeUse', () =>
    firstThenAgain(twice({ assertion: { id: newId() } }, '<saml:OneTimeUse></saml:OneTimeUse>'), 'sign_in.answer_replayed'));

  it('the id of an unsigned response says nothing: it is anybody’s', async () => {
    const change = { response: { id: newId() } };
    await signedIn(change);
    await signedIn(change);
  });
});

describe('one of many at the same moment (T63)', () => {
  const count = (visits: readonly Visit[]): Record<string, number> => {
    const outcomes: Record<string, number> = {};
    for (const visit of visits) {
      const outcome =
        visit.status === 303 && String(visit.headers['set-cookie']).includes('sallyport-session')
          ? 'session'
          : (codeOf(visit) ?? String(visit.status));
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    }
    return outcomes;
  };

  it('50 posts of one response over two nodes open one session', async () => {
    const waiting = await begin(stage.acme, stage.saml);
    const answer = answerTo(waiting, {});
    const { sequence } = await stateOf(stage.acme);
    const visits = await Promise.all(
      Array.from({ length: 50 }, (_, at) =>
        deliver(waiting, answer, at % 2 === 0 ? { agent: waiting.agent.clone() } : onNode(second, waiting)),
      ),
    );
    assert.deepEqual(count(visits), { session: 1, 'sign_in.attempt_taken': 49 });
    const events = await eventsAfter(stage.acme, sequence);
    assert.equal(events.filter(({ action }) => action === 'sign-in.succeeded').length, 1);
    assert.equal(
      events.filter(({ action, code }) => action === 'sign-in.refused' && code === 'sign_in.attempt_taken').length,
      49,
    );
  });

  it('20 answers with one assertion id over two nodes open one session', async () => {
    const id = newId();
    const all = await Promise.all(Array.from({ length: 20 }, () => begin(stage.acme, stage.saml)));
    const { sequence } = await stateOf(stage.acme);
    const visits = await Promise.all(
      all.map((waiting, at) =>
        deliver(waiting, answerTo(waiting, { change: { assertion: { id } } }), at % 2 === 0 ? {} : onNode(second, waiting)),
      ),
    );
    assert.deepEqual(count(visits), { session: 1, 'sign_in.answer_replayed': 19 });
    assert.equal((await eventsAfter(stage.acme, sequence)).filter(({ action }) => action === 'sign-in.succeeded').length, 1);
  });
});

describe('time does not help (T62)', () => {
  /** The clock of the nodes; the provider’s goes with it. */
  let ahead = 0;
  const advance = (seconds: number): void => {
    ahead += seconds;
    stage.scene.gateway.advance(seconds);
  };
  const now = (): Date => new Date(Date.now() + ahead * 1000);

  it('after a minute, within its validity', async () => {
    const id = newId();
    const { waiting, answer } = await signedIn({ assertion: { id } });
    advance(60);
    await replayed({ waiting, answer }, 'sign_in.attempt_taken');
    const again = await begin(stage.acme, stage.saml);
    await refused(again, { code: 'sign_in.answer_replayed' }, () =>
      deliver(again, answerTo(again, { change: { now: now(), assertion: { id } } })),
    );
  });

  it('the valid control after five minutes of looking for the telephone', async () => {
    const waiting = await begin(stage.acme, stage.saml);
    advance(300);
    await signsIn(waiting, {
      arrived: await deliver(waiting, answerTo(waiting, { change: { now: now() } })),
      asked: waiting.asked,
    });
  });

  it('a response that was held back until its validity was over', async () => {
    const waiting = await begin(stage.acme, stage.saml);
    const answer = answerTo(waiting, { change: { now: now() } });
    advance(800);
    await refused(waiting, { code: 'saml.issued_out_of_time' }, () => deliver(waiting, answer));
  });

  it('a sign-in that began too long ago', async () => {
    const waiting = await begin(stage.acme, stage.saml);
    advance(16 * 60);
    await refused(waiting, { code: 'sign_in.attempt_expired' }, () =>
      deliver(waiting, answerTo(waiting, { change: { now: now() } })),
    );
    assert.equal(await isSignedIn(waiting), false);
  });
});
