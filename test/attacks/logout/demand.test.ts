import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { deflateRawSync, deflateSync } from 'node:zlib';
import { Agent, type Visit } from '../../kit/agent.ts';
import { makeCertifiedKey } from '../../kit/saml/certificate.ts';
import { createSamlIdp, instant, newId, signInto } from '../../kit/saml/idp.ts';
import { type DemandOptions, demandXml, posted, type RedirectOptions, readLogout, redirected } from '../../kit/saml/logout.ts';
import { samlResponse, type TestTenant } from '../../kit/scene.ts';
import { bounded } from '../oracles.ts';
import {
  alive,
  BINDINGS,
  type Binding,
  bring,
  demandFor,
  obeyed,
  openStage,
  refused,
  SLO,
  type Stage,
  signInAs,
  sloOf,
  type Victim,
} from './stage.ts';

let stage: Stage;
before(async () => {
  stage = await openStage();
});
after(() => stage.close());

const strangers = makeCertifiedKey();
const here = (): string => sloOf(stage.saml, stage.acme);
const get = (query: string): Promise<Visit> => new Agent().get(`${here()}?${query}`);
const post = (fields: Record<string, string>): Promise<Visit> => new Agent().post(here(), fields);
const plain = (xml: string): Record<string, string> => ({ SAMLRequest: Buffer.from(xml).toString('base64') });

for (const binding of BINDINGS) {
  describe(`a provider’s demand by ${binding} ends sessions only where it is one (T72, T74)`, () => {
    it('the valid control signs the person out', async () => {
      const victim = await stage.person();
      await obeyed(victim, await bring(stage, binding, demandFor(stage, victim)));
    });

    const changes: Record<string, [code: string, change: (victim: Victim) => Partial<DemandOptions>]> = {
      'for another address': ['saml.destination_mismatch', () => ({ destination: 'https://other.example/slo' })],
      'for our address with a slash more': ['saml.destination_mismatch', () => ({ destination: `${here()}/` })],
      'for the address of sign-ins': ['saml.destination_mismatch', () => ({ destination: stage.saml.acsUrl })],
      'that does not say for which address': ['saml.destination_missing', () => ({ destination: null })],
      'of another issuer': ['saml.issuer_mismatch', () => ({ issuer: 'https://evil.example/saml' })],
      'of nobody': ['saml.issuer_mismatch', () => ({ issuer: null })],
      'of a day ago': ['saml.issued_out_of_time', () => ({ issueInstant: instant(undefined, -86_400) })],
      'of tomorrow': ['saml.issued_out_of_time', () => ({ issueInstant: instant(undefined, 86_400) })],
      'without a time that can be read': ['saml.time_malformed', () => ({ issueInstant: '2026-02-30T00:00:00Z' })],
      'that has expired': ['saml.expired', () => ({ notOnOrAfter: instant(undefined, -600) })],
      'of SAML 1.1': ['saml.version', () => ({ version: '1.1' })],
      'without an ID': ['saml.id_malformed', () => ({ id: '1 2' })],
      'that names nobody': ['saml.name_id_missing', () => ({ nameId: '' })],
      'that names the person of another service': [
        'saml.name_id_qualifier_mismatch',
        ({ nameId }) => ({ nameId: { value: nameId, spNameQualifier: 'https://other.example' } }),
      ],
      'with an encrypted name': [
        'saml.name_id_encrypted',
        () => ({ name: '<saml:EncryptedID xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"></saml:EncryptedID>' }),
      ],
    };
    for (const [name, [code, change]] of Object.entries(changes)) {
      // An ID that is none cannot be referred to by a signature inside.
      if (binding === 'post' && code === 'saml.id_malformed') continue;
      it(`one ${name}: ${code}`, async () => {
        const victim = await stage.person();
        await refused(victim, { code }, () => bring(stage, binding, demandFor(stage, victim, change(victim))));
      });
    }

    it('a second time, on whichever node: logout.demand_replayed', async () => {
      const victim = await stage.person();
      const xml = demandFor(stage, victim);
      await obeyed(victim, await bring(stage, binding, xml));
      const again = await signInAs({ tenant: stage.acme, saml: stage.saml }, victim.nameId, victim.index);
      await refused(again, { code: 'logout.demand_replayed' }, () => bring(stage, binding, xml));
      const there = here().replace(new URL(here()).origin, stage.n2);
      const onNode2 = () =>
        binding === 'redirect'
          ? new Agent().get(`${there}?${redirected(stage.idp, xml)}`)
          : new Agent().post(there, posted(stage.idp, xml));
      await refused(again, { code: 'logout.demand_replayed' }, onNode2);
    });

    it('twenty at once end one session, once', async () => {
      const victim = await stage.person();
      const xml = demandFor(stage, victim);
      const visits = await Promise.all(Array.from({ length: 20 }, () => bring(stage, binding, xml)));
      assert.equal(visits.filter(({ location }) => location?.startsWith(SLO)).length, 1);
    });

    it('of a session that is not the person’s: the session lives, and the provider is not told Success', async () => {
      const victim = await stage.person();
      const other = await stage.person();
      for (const indexes of [['_of-nobody'], [other.index]]) {
        const { location = 'about:blank' } = await bring(stage, binding, demandFor(stage, victim, { indexes }));
        assert.deepEqual(
          readLogout({ url: location }).statuses.map((status) => status.replace(/.*:/, '')),
          ['Requester', 'UnknownPrincipal'],
        );
        assert.deepEqual([await alive(victim), await alive(other)], [true, true]);
      }
      const { json } = await stage.acme.api.call('GET', '/api/v1/audit-events?action=sign-out.refused&limit=1');
      assert.equal(json.items[0]?.code, 'logout.session_not_named');
    });

    it('that names somebody in other letters ends nobody’s session', async () => {
      const victim = await stage.person();
      for (const nameId of [
        { value: victim.nameId.toUpperCase() },
        { value: victim.nameId, format: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress' },
        { value: victim.nameId, nameQualifier: 'https://other.example' },
        { value: ` ${victim.nameId}` },
      ])
        await bring(stage, binding, demandFor(stage, victim, { nameId }));
      assert.equal(await alive(victim), true);
    });
  });
}

describe('without a valid signature it is nobody’s word (T72)', () => {
  type Row = [code: string, deliver: (victim: Victim) => Promise<Visit>];
  const byStranger = createSamlIdp({ entityId: 'https://idp.acme.example/saml', ssoUrl: SLO, keys: strangers });
  const rows: Record<string, Row> = {
    'unsigned, posted': ['saml.signature_missing', (victim) => post(plain(demandFor(stage, victim)))],
    'unsigned, by redirect': [
      'saml.signature_missing',
      (victim) =>
        get(new URLSearchParams({ SAMLRequest: deflateRawSync(demandFor(stage, victim)).toString('base64') }).toString()),
    ],
    'posted, with the signature beside it, as a query has it': [
      'saml.signature_missing',
      (victim) =>
        new Agent().post(`${here()}?${redirected(stage.idp, demandFor(stage, victim))}`, plain(demandFor(stage, victim))),
    ],
    'by redirect, signed inside alone': [
      'saml.signature_missing',
      (victim) => {
        const inside = deflateRawSync(signInto(demandFor(stage, victim), stage.idp)).toString('base64');
        return get(new URLSearchParams({ SAMLRequest: inside }).toString());
      },
    ],
    'by redirect, signed inside and beside': [
      'saml.structure',
      (victim) => get(redirected(stage.idp, signInto(demandFor(stage, victim), stage.idp))),
    ],
    'signed by a stranger, posted': ['xml.signature_value', (victim) => post(posted(byStranger, demandFor(stage, victim)))],
    'signed by a stranger, by redirect': [
      'xml.signature_value',
      (victim) => get(redirected(byStranger, demandFor(stage, victim))),
    ],
    'signed with SHA-1, posted': [
      'xml.signature_algorithm',
      (victim) => post(posted(stage.idp, demandFor(stage, victim), { algorithm: 'rsa-sha1' })),
    ],
    'signed with an HMAC keyed with the public certificate': [
      'xml.signature_algorithm',
      (victim) =>
        post(posted(stage.idp, demandFor(stage, victim), { algorithm: 'hmac-sha256', hmacKey: stage.idp.keys.certificatePem })),
    ],
    'changed after it was signed, posted': [
      'xml.signature_digest',
      (victim) => {
        const signed = signInto(demandFor(stage, victim, { nameId: 'somebody' }), stage.idp).replace(
          '>somebody<',
          `>${victim.nameId}<`,
        );
        return post(plain(signed));
      },
    ],
    'with the signature of another element': [
      'xml.signature_reference',
      (victim) => {
        const other = demandFor(stage, victim, { id: newId() });
        const signature = /<ds:Signature .*<\/ds:Signature>/s.exec(signInto(other, stage.idp))?.[0] ?? '';
        return post(plain(demandFor(stage, victim).replace('</saml:Issuer>', `</saml:Issuer>${signature}`)));
      },
    ],
    'signed twice': [
      'saml.structure',
      (victim) => {
        const signed = signInto(demandFor(stage, victim), stage.idp);
        const [signature = ''] = /<ds:Signature .*<\/ds:Signature>/s.exec(signed) ?? [];
        return post(plain(signed.replace(signature, `${signature}<samlp:Extensions>${signature}</samlp:Extensions>`)));
      },
    ],
  };
  for (const [name, [code, deliver]] of Object.entries(rows)) {
    it(`${name}: ${code}`, async () => {
      const victim = await stage.person();
      await refused(victim, { code }, () => deliver(victim));
    });
  }
});

describe('a message is nothing but what was signed (T72, XSW)', () => {
  const rows: Record<string, (victim: Victim) => string> = {
    'wrapped round a captured assertion': (victim) => {
      const response = Buffer.from(samlResponse(stage.saml, null, { nameId: victim.nameId }), 'base64').toString();
      const assertion = /<saml:Assertion .*<\/saml:Assertion>/s.exec(response)?.[0] ?? '';
      return demandFor(stage, victim).replace('</samlp:LogoutRequest>', `${assertion}</samlp:LogoutRequest>`);
    },
    'with a captured response in its extensions': (victim) => {
      const response = Buffer.from(samlResponse(stage.saml, null, { sign: 'response' }), 'base64').toString();
      return demandFor(stage, victim).replace('</saml:Issuer>', `</saml:Issuer><samlp:Extensions>${response}</samlp:Extensions>`);
    },
    'with the signed original in its extensions': (victim) => {
      const original = signInto(demandFor(stage, victim, { nameId: 'somebody' }), stage.idp);
      return demandFor(stage, victim).replace('</saml:Issuer>', `</saml:Issuer><samlp:Extensions>${original}</samlp:Extensions>`);
    },
    'inside of another root': (victim) =>
      `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol">${signInto(demandFor(stage, victim), stage.idp)}</samlp:Response>`,
    'with a signed original in the signature’s Object': (victim) => {
      const original = signInto(demandFor(stage, victim, { nameId: 'somebody' }), stage.idp);
      const [signature = ''] = /<ds:Signature .*<\/ds:Signature>/s.exec(original) ?? [];
      const bare = original.replace(signature, '');
      const stuffed = signature.replace('</ds:Signature>', `<ds:Object>${bare}</ds:Object></ds:Signature>`);
      return demandFor(stage, victim).replace('</saml:Issuer>', `</saml:Issuer>${stuffed}`);
    },
    'with a part that nobody knows': (victim) =>
      signInto(
        demandFor(stage, victim).replace('</samlp:LogoutRequest>', '<samlp:More></samlp:More></samlp:LogoutRequest>'),
        stage.idp,
      ),
    'with the parts out of order': (victim) => {
      const xml = demandFor(stage, victim);
      const issuer = /<saml:Issuer.*<\/saml:Issuer>/.exec(xml)?.[0] ?? '';
      return signInto(xml.replace(issuer, '').replace('</samlp:LogoutRequest>', `${issuer}</samlp:LogoutRequest>`), stage.idp);
    },
  };
  for (const [name, make] of Object.entries(rows)) {
    it(`${name}: saml.structure`, async () => {
      const victim = await stage.person();
      await refused(victim, { code: 'saml.structure' }, () => post(plain(make(victim))));
    });
  }
  it('an answer of ours, or one to a sign-in, is no demand', async () => {
    const victim = await stage.person();
    const response = samlResponse(stage.saml, null, { nameId: victim.nameId, sign: 'response' });
    await refused(victim, { code: 'saml.structure' }, () => post({ SAMLRequest: response }));
  });
});

describe('the redirect binding is signed to the octet (T68, T70)', () => {
  const lower = (value: string): string => encodeURIComponent(value).replace(/%[0-9A-F]{2}/g, (found) => found.toLowerCase());
  it('the valid control: lower-case escapes, where they were signed so', async () => {
    const victim = await stage.person();
    await obeyed(victim, await get(redirected(stage.idp, demandFor(stage, victim), { escape: lower, relayState: 'a b/ü' })));
  });
  it('the valid control: RSA-SHA512 and RSA-PSS', async () => {
    for (const algorithm of ['rsa-sha512', 'rsa-pss-sha256'] as const) {
      const victim = await stage.person();
      await obeyed(victim, await get(redirected(stage.idp, demandFor(stage, victim), { algorithm })));
    }
  });
  const sha1 = encodeURIComponent('http://www.w3.org/2000/09/xmldsig#rsa-sha1');
  const rows: Record<string, [code: string, options: RedirectOptions]> = {
    'escapes changed after signing': [
      'xml.signature_value',
      { afterSigning: (query) => query.replace(/%[0-9A-F]{2}/g, (found) => found.toLowerCase()) },
    ],
    'a RelayState added after signing': ['xml.signature_value', { afterSigning: (query) => `${query}&RelayState=x` }],
    'the RelayState taken away after signing': [
      'xml.signature_value',
      { relayState: 'x', afterSigning: (query) => query.replace('&RelayState=x', '') },
    ],
    'the RelayState changed after signing': [
      'xml.signature_value',
      { relayState: 'x', afterSigning: (query) => query.replace('RelayState=x', 'RelayState=y') },
    ],
    'SigAlg swapped to rsa-sha1': [
      'xml.signature_algorithm',
      { afterSigning: (query) => query.replace(/SigAlg=[^&]*/, `SigAlg=${sha1}`) },
    ],
    'signed with rsa-sha1': ['xml.signature_algorithm', { algorithm: 'rsa-sha1' }],
    'SigAlg swapped to another on the list': [
      'xml.signature_value',
      { afterSigning: (query) => query.replace('rsa-sha256', 'rsa-sha384') },
    ],
    'no Signature': ['saml.signature_missing', { afterSigning: (query) => query.replace(/&Signature=.*/, '') }],
    'no SigAlg': ['saml.signature_missing', { afterSigning: (query) => query.replace(/&SigAlg=[^&]*/, '') }],
    'an empty Signature': ['xml.base64', { afterSigning: (query) => query.replace(/&Signature=.*/, '&Signature=') }],
    'a Signature of junk': [
      'xml.signature_value',
      { afterSigning: (query) => query.replace(/&Signature=.*/, '&Signature=AAAA') },
    ],
    'a Signature that is not properly escaped': [
      'xml.malformed',
      { afterSigning: (query) => query.replace(/&Signature=.*/, '&Signature=%FF') },
    ],
    'a name in escapes': ['xml.malformed', { afterSigning: (query) => query.replace('SAMLRequest', 'SAML%52equest') }],
    'a truncated stream': ['xml.malformed', { payload: (xml) => deflateRawSync(xml).subarray(0, 60) }],
    'a zlib header instead of raw': ['xml.malformed', { payload: deflateSync }],
    'a document type': ['xml.doctype', { payload: (xml) => deflateRawSync(Buffer.concat([Buffer.from('<!DOCTYPE r>'), xml])) }],
  };
  for (const [name, [code, options]] of Object.entries(rows)) {
    it(`${name}: ${code}`, async () => {
      const victim = await stage.person();
      await refused(victim, { code }, () => get(redirected(stage.idp, demandFor(stage, victim), options)));
    });
  }
  it('a parameter twice: http.field_repeated', async () => {
    const victim = await stage.person();
    for (const added of ['SAMLRequest=x', 'SigAlg=x', 'Signature=AAAA', 'SAML%52equest=x']) {
      const visit = await get(`${redirected(stage.idp, demandFor(stage, victim))}&${added}`);
      assert.equal(visit.status, 400);
      assert.match(visit.body, /http\.field_repeated/);
    }
    assert.equal(await alive(victim), true);
  });
  it('a DEFLATE bomb, even of the provider itself: xml.too_large, and bounded', async () => {
    const victim = await stage.person();
    const bomb = (): Buffer => deflateRawSync(Buffer.alloc(8_000_000, ' '), { level: 9 });
    const query = redirected(stage.idp, demandFor(stage, victim), { payload: bomb });
    await bounded(() => refused(victim, { code: 'xml.too_large' }, () => get(query)));
  });
  it('and one of a stranger is not inflated at all: xml.signature_value', async () => {
    const victim = await stage.person();
    const query = redirected(stage.idp, demandFor(stage, victim), {
      keys: strangers,
      payload: () => deflateRawSync(Buffer.alloc(8_000_000, ' '), { level: 9 }),
    });
    await bounded(() => refused(victim, { code: 'xml.signature_value' }, () => get(query)));
  });
});

describe('sessions of that tenant and connection alone (T5, T74)', () => {
  let globex: TestTenant;
  let globexSaml: Awaited<ReturnType<TestTenant['connectSaml']>>;
  const ofGlobex = createSamlIdp({ entityId: 'https://idp.acme.example/saml', ssoUrl: SLO });
  before(async () => {
    globex = await stage.scene.addTenant('globex');
    globexSaml = await globex.connectSaml(ofGlobex, { saml: { sloUrl: SLO } });
  });
  const send = (binding: Binding, url: string, xml: string): Promise<Visit> =>
    binding === 'redirect'
      ? new Agent().get(`${url}?${redirected(ofGlobex, xml)}`)
      : new Agent().post(url, posted(ofGlobex, xml));

  for (const binding of BINDINGS) {
    it(`one of another tenant’s provider, with our provider’s name, by ${binding}: xml.signature_value`, async () => {
      const victim = await stage.person();
      const xml = demandXml(ofGlobex, { to: here(), nameId: victim.nameId, indexes: [victim.index] });
      await refused(victim, { code: 'xml.signature_value' }, () => send(binding, here(), xml));
    });
    it(`one that another tenant’s provider brings to its own tenant ends nobody’s here, by ${binding}`, async () => {
      const victim = await stage.person();
      const there = sloOf(globexSaml, globex);
      const namesake = await signInAs({ tenant: globex, saml: globexSaml }, victim.nameId, victim.index);
      const xml = demandXml(ofGlobex, { to: there, nameId: victim.nameId, indexes: [victim.index] });
      assert.ok((await send(binding, there, xml)).location?.startsWith(SLO));
      assert.deepEqual([await alive(victim), await alive(namesake)], [true, false]);
    });
    it(`one of another provider of the tenant ends nobody’s who came from this one, by ${binding}`, async () => {
      const slug = `second-${binding}`;
      const second = await stage.acme.connectSaml(ofGlobex, { slug, name: slug, saml: { sloUrl: SLO } });
      const victim = await stage.person();
      const there = sloOf(second, stage.acme);
      const xml = demandXml(ofGlobex, { to: there, nameId: victim.nameId });
      assert.ok((await send(binding, there, xml)).location?.startsWith(SLO));
      assert.equal(await alive(victim), true);
      const replayed = demandXml(ofGlobex, { to: here(), nameId: victim.nameId });
      await refused(victim, { code: 'xml.signature_value' }, () => send(binding, here(), replayed));
    });
  }

  it('a provider without single logout ends nobody’s: saml.logout_off', async () => {
    const idp = createSamlIdp({ entityId: 'https://plain.example/saml', ssoUrl: 'https://plain.example/sso' });
    const saml = await stage.acme.connectSaml(idp, { slug: 'plain', name: 'Plain' });
    const victim = await signInAs({ tenant: stage.acme, saml }, 'plain-victim');
    const url = sloOf(saml, stage.acme);
    const query = redirected(idp, demandXml(idp, { to: url, nameId: victim.nameId }));
    await refused(victim, { code: 'saml.logout_off' }, () => new Agent().get(`${url}?${query}`));
  });

  it('an OpenID provider takes no SAML: logout.unsupported', async () => {
    const idp = await stage.scene.startOidcIdp();
    const oidc = await stage.acme.connectOidc(idp);
    const victim = await stage.person();
    const visit = await new Agent().get(`${sloOf(oidc, stage.acme)}?${redirected(stage.idp, demandFor(stage, victim))}`);
    assert.equal(visit.status, 400);
    assert.match(visit.body, /logout\.unsupported/);
    assert.equal(await alive(victim), true);
  });
});
