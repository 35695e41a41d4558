import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { contrastOf, isColour, paletteOf } from './colour.ts';
import { readAsset } from './template.ts';

const style = readAsset('style.css');
const [lightRules = '', darkRules = ''] = style.split('@media (prefers-color-scheme: dark)', 2);
const light = variablesOf(lightRules);
const dark = { ...light, ...variablesOf(darkRules) };

/** Text and what it lies on. */
const TEXT_PAIRS: readonly [text: string, ground: string][] = [
  ['text', 'surface'],
  ['text', 'ground'],
  ['text', 'quiet-hover'],
  ['text', 'tint'],
  ['muted', 'surface'],
  ['muted', 'tint'],
  ['bad', 'surface'],
  ['bad', 'bad-tint'],
  ['good', 'good-tint'],
  ['on-accent', 'accent'],
  ['on-accent', 'accent-hover'],
  ['accent-ink', 'surface'],
];
/** Edges without which a control is not seen, and what they lie on. */
const CONTROL_PAIRS: readonly [edge: string, ground: string][] = [
  ['field-line', 'surface'],
  ['accent-edge', 'surface'],
  ['accent-ink', 'ground'],
  ['bad', 'surface'],
];

describe('WCAG 2.2 contrast of the pages', () => {
  for (const [scheme, colours] of [
    ['light', light],
    ['dark', dark],
  ] as const) {
    for (const [text, ground] of TEXT_PAIRS) {
      it(`${scheme}: ${text} on ${ground} reads with at least 4.5 (§1.4.3)`, () => {
        assert.ok(contrastOf(colour(colours, text), colour(colours, ground)) >= 4.5, ratio(colours, text, ground));
      });
    }
    for (const [edge, ground] of CONTROL_PAIRS) {
      it(`${scheme}: ${edge} on ${ground} is seen with at least 3 (§1.4.11)`, () => {
        assert.ok(contrastOf(colour(colours, edge), colour(colours, ground)) >= 3, ratio(colours, edge, ground));
      });
    }
  }
});

describe('a tenant’s colour', () => {
  const hard = ['#ffcc00', '#ffffff', '#000000', '#777777', '#0a6b4e', '#ff0000', '#0f0', '#16191f', '#767676', '#00ffff'];
  for (const primary of hard) {
    it(`${primary} is made legible as a button and as a link, in both schemes`, () => {
      const palette = paletteOf(primary);
      assert.ok(contrastOf(palette.onAccent, palette.accent) >= 4.5);
      assert.ok(contrastOf(palette.onAccent, palette.accentHover) >= 4.5);
      assert.ok(contrastOf(palette.ink.light, colour(light, 'surface')) >= 4.5);
      assert.ok(contrastOf(palette.ink.dark, colour(dark, 'surface')) >= 4.5);
      assert.ok(contrastOf(palette.edge.light, colour(light, 'surface')) >= 3);
      assert.ok(contrastOf(palette.edge.dark, colour(dark, 'surface')) >= 3);
    });
  }

  for (const text of ['red', '#12', '#12345', '#1234567', '#ggg', '#fff}body{display:none', 'url(x)', '#fff\n', '']) {
    it(`${JSON.stringify(text)} is not a colour`, () => assert.equal(isColour(text), false));
  }
});

function variablesOf(rules: string): Record<string, string> {
  return Object.fromEntries([...rules.matchAll(/--([a-z-]+): (#[0-9a-f]{6});/g)].map((match) => [match[1], match[2]]));
}

function colour(colours: Record<string, string>, name: string): string {
  const found = colours[name];
  assert.ok(found, `style.css has no colour --${name}`);
  return found;
}

function ratio(colours: Record<string, string>, one: string, other: string): string {
  return `contrast is ${contrastOf(colour(colours, one), colour(colours, other)).toFixed(2)}`;
}
