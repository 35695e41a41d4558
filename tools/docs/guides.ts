import { kindsOf } from '../../src/upstream/presets/apply-preset.ts';
import { fillGuide, type Guide, guideValues } from '../../src/upstream/presets/guide.ts';
import type { GuideLanguage, Preset } from '../../src/upstream/presets/preset.ts';

/** The tenant of the examples; the API fills in one's own. */
const URL_OF_EXAMPLE = 'https://sso.example.com/t/acme/sso/';

const HEADINGS = {
  en: { know: 'Know beforehand', copy: 'copy there', paste: 'bring back', note: 'Note', groups: 'Groups' },
  de: { know: 'Vorab wissen', copy: 'dort eintragen', paste: 'hierher übernehmen', note: 'Hinweis', groups: 'Gruppen' },
} as const;

const INTRODUCTION = {
  en: 'Menu names are those of the English console. The addresses are of an example; `GET /api/v1/identity-provider-presets/{preset}/guide?slug=…` has your own.',
  de: 'Die Namen der Menüs sind die der englischen Konsole. Die Adressen sind Beispiele; `GET /api/v1/identity-provider-presets/{preset}/guide?slug=…&language=de` nennt die eigenen.',
} as const;

/** One vendor's guides as a document, from the very steps that the API answers with. */
export function writeGuide(preset: Preset, language: GuideLanguage): string {
  const values = guideValues(`${URL_OF_EXAMPLE}${preset.id}`);
  const guides = kindsOf(preset)
    .map((kind) => fillGuide(preset, kind, { language, values }))
    .filter((guide) => guide !== undefined);
  const parts = guides.map((guide) => writeKind(guide, guides.length > 1));
  return `# ${preset.title}\n\n${INTRODUCTION[language].replace('{preset}', preset.id)}\n\n${parts.join('\n')}`;
}

function writeKind({ kind, language, know, groups, steps }: Guide, several: boolean): string {
  const said = HEADINGS[language];
  const heading = several ? `## ${kind === 'saml' ? 'SAML' : 'OpenID Connect'} (\`kind: ${kind}\`)\n\n` : '';
  const facts = [...know, `**${said.groups}.** ${groups.detail}`].map((text) => `- ${text}\n`).join('');
  return `${heading}**${said.know}**\n${facts}\n${steps.map((step, index) => writeStep(step, index + 1, language)).join('')}`;
}

function writeStep(
  { title, text, copy = [], paste = [], note }: Guide['steps'][number],
  number: number,
  language: GuideLanguage,
): string {
  const said = HEADINGS[language];
  const lines = [
    ...copy.map(({ label, value }) => `   - ${label} (${said.copy}): \`${value}\``),
    ...paste.map(({ label, pointer }) => `   - ${label} (${said.paste}): \`${pointer}\``),
    ...(note === undefined ? [] : [`   - *${said.note}:* ${note}`]),
  ];
  return `${number}. **${title}.** ${text}\n${lines.map((line) => `${line}\n`).join('')}`;
}
