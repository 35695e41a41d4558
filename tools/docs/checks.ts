import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { logoutTokenChecks } from '../../src/upstream/oidc/logout-token.ts';
import { answerChecks, idTokenChecks } from '../../src/upstream/oidc/order.ts';
import { demandChecks, answerChecks as logoutAnswerChecks } from '../../src/upstream/saml/logout/order.ts';
import { assertionChecks, responseChecks } from '../../src/upstream/saml/order.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

interface Part {
  readonly title: string;
  readonly order: string;
  readonly checks: readonly { readonly name: string }[];
  /** What happens before, which is no entry of the list. */
  readonly before: string;
}

const PARTS: readonly Part[] = [
  {
    title: 'SAML: the Response',
    order: 'src/upstream/saml/order.ts',
    checks: responseChecks,
    before:
      'Before: the bytes are guarded and parsed (`src/wire/xml`), the structure is that of one Response with one assertion, and a signature of the Response, where there is one, is verified (`src/upstream/saml/authenticate.ts`).',
  },
  {
    title: 'SAML: the Assertion',
    order: 'src/upstream/saml/order.ts',
    checks: assertionChecks,
    before:
      'Before: the assertion is decrypted and its signature verified; what follows sees nothing but signed bytes, parsed anew.',
  },
  {
    title: 'OpenID Connect: the answer of the browser',
    order: 'src/upstream/oidc/order.ts',
    checks: answerChecks,
    before: 'First of all; no request is made for an answer that fails here.',
  },
  {
    title: 'OpenID Connect: the ID token',
    order: 'src/upstream/oidc/order.ts',
    checks: idTokenChecks,
    before:
      'Before: the code is redeemed, and form (`src/upstream/oidc/token.ts`), header (`src/upstream/oidc/checks/header.ts`) and signature (`src/upstream/oidc/signature.ts`) of the token are judged.',
  },
  {
    title: 'SAML: a demand to sign somebody out',
    order: 'src/upstream/saml/logout/order.ts',
    checks: demandChecks,
    before:
      'Before: single logout is set up (`src/upstream/saml/checks/logout-service.ts`), and the message is signed, in either binding (`src/upstream/saml/logout/message.ts`). Afterwards it is spent, once ever (`src/sign-in/logout/hear-logout.ts`).',
  },
  {
    title: 'SAML: the answer to ours',
    order: 'src/upstream/saml/logout/order.ts',
    checks: logoutAnswerChecks,
    before:
      'Before: the browser was sent there, not long ago (`src/sign-in/logout/come-back.ts`), and the message is signed. Nothing rests on it but what the person is told.',
  },
  {
    title: 'OpenID Connect: the logout token',
    order: 'src/upstream/oidc/logout-token.ts',
    checks: logoutTokenChecks,
    before:
      'Before: form, type (`src/upstream/oidc/checks/logout-token-type.ts`), header and signature are those of a token that the provider signed. Afterwards it is spent, once ever.',
  },
];

/** `docs/checks.md`: every check of an identity provider's answer, in the order in which they are made. */
export function writeChecks(): string {
  const sections = PARTS.map(({ title, order, checks, before }) => {
    const rows = checks.map(({ name }, index) => rowOf(index + 1, readCheck(order, name)));
    return [`## ${title}`, before, ['| | check | promise | source |', '|---|---|---|---|', ...rows].join('\n')].join('\n\n');
  });
  return `${[CHECKS_INTRODUCTION, ...sections].join('\n\n')}\n`;
}

interface DescribedCheck {
  name: string;
  path: string;
  promise: string;
  source: string;
}

function rowOf(number: number, { name, path, promise, source }: DescribedCheck): string {
  return `| ${number} | [${name}](../${path}) | ${promise} | ${source} |`;
}

/** What the check's own docstring promises. @throws Error for a check without one, or without a source */
function readCheck(order: string, name: string): DescribedCheck {
  const list = readFileSync(join(ROOT, order), 'utf8');
  const imported = new RegExp(`import \\{[^}]*\\b${name}\\b[^}]*\\} from '([^']+)'`).exec(list)?.[1];
  if (imported === undefined) throw new Error(`${order} does not import ${name}`);
  const path = relative(ROOT, join(ROOT, dirname(order), imported));
  const text = readFileSync(join(ROOT, path), 'utf8');
  const docstring = new RegExp(`/\\*\\*((?:(?!\\*/)[^])*)\\*/\\s*export (?:async )?(?:function|const) ${name}\\b`).exec(
    text,
  )?.[1];
  if (docstring === undefined) throw new Error(`${path}: ${name} has no docstring`);
  const [said, source] = docstring.replace(/\s*\n\s*\* ?/g, ' ').split(/@see/);
  if (said === undefined || source === undefined) throw new Error(`${path}: ${name} does not say where its rule comes from`);
  return { name, path, promise: firstSentence(said.trim()), source: source.trim() };
}

const firstSentence = (text: string): string => /^.*?\.(?=\s|$)/.exec(text)?.[0] ?? text;

const CHECKS_INTRODUCTION = `# Checks of a sign-in

Written by \`tools/docs.ts\` from the lists in the code; not by hand.

Every check leaves a line in the trace of the sign-in: what was expected, what came, passed or the [code](problems.md) of the refusal. Around
them stand those that no protocol knows of: the attempt is taken once, by the browser that began it, at the connection that was asked
([attempt.ts](../src/sign-in/checks/attempt.ts)); the answer is spent once ([replay.ts](../src/sign-in/checks/replay.ts)); and the person
authenticated as recently as the application asked ([freshness.ts](../src/sign-in/checks/freshness.ts)).`;
