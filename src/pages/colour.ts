/** Colours of a tenant, made legible. Contrast is that of WCAG 2.2 §1.4.3: 4.5 for text. */

type Channels = readonly [red: number, green: number, blue: number];

/** Legible text, WCAG 2.2 §1.4.3 (AA). */
const TEXT_CONTRAST = 4.5;
/** A control against its surroundings, WCAG 2.2 §1.4.11. */
const CONTROL_CONTRAST = 3;

/** Surfaces of `style.css`, on which links, rings and buttons lie. */
const SURFACES = { light: '#ffffff', dark: '#16191f' } as const;
const WHITE: Channels = [255, 255, 255];
const BLACK: Channels = [0, 0, 0];

export interface Palette {
  accent: string;
  /** Text on `accent`: black or white, whichever reads better. */
  onAccent: string;
  accentHover: string;
  /** The accent as text or ring on the surface. */
  ink: { light: string; dark: string };
  /** Edge of a button that the surface would swallow; otherwise the accent itself. */
  edge: { light: string; dark: string };
}

export function isColour(text: string): boolean {
  return /^#(?:[0-9a-f]{3}|[0-9a-f]{6})$/i.test(text);
}

/** @param primary `#rgb` or `#rrggbb`, checked with `isColour` */
export function paletteOf(primary: string): Palette {
  const accent = parse(primary);
  const [onAccent, away] = contrast(accent, WHITE) >= contrast(accent, BLACK) ? [WHITE, BLACK] : [BLACK, WHITE];
  const ink = { light: legibleOn(accent, parse(SURFACES.light), BLACK), dark: legibleOn(accent, parse(SURFACES.dark), WHITE) };
  const edge = (surface: 'light' | 'dark'): string =>
    format(contrast(accent, parse(SURFACES[surface])) >= CONTROL_CONTRAST ? accent : ink[surface]);
  return {
    accent: format(accent),
    onAccent: format(onAccent),
    accentHover: format(mix(accent, away, 0.12)),
    ink: { light: format(ink.light), dark: format(ink.dark) },
    edge: { light: edge('light'), dark: edge('dark') },
  };
}

/** Ratio of two colours, 1 to 21, WCAG 2.2 "contrast ratio". */
export function contrastOf(one: string, other: string): number {
  return contrast(parse(one), parse(other));
}

function contrast(one: Channels, other: Channels): number {
  const [darker, lighter] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (lighter + 0.05) / (darker + 0.05);
}

/** WCAG 2.2 "relative luminance". */
function luminance(colour: Channels): number {
  const [red, green, blue] = colour.map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Moves towards black or white in steps of five hundredths until the text reads on the surface. */
function legibleOn(colour: Channels, surface: Channels, towards: Channels): Channels {
  for (let share = 0; share < 1; share += 0.05) {
    const mixed = mix(colour, towards, share);
    if (contrast(mixed, surface) >= TEXT_CONTRAST) return mixed;
  }
  return towards;
}

function mix(colour: Channels, other: Channels, share: number): Channels {
  const at = (index: 0 | 1 | 2): number => Math.round(colour[index] + (other[index] - colour[index]) * share);
  return [at(0), at(1), at(2)];
}

function parse(hex: string): Channels {
  const digits = hex.length === 4 ? hex.replace(/[0-9a-f]/gi, '$&$&') : hex;
  const at = (index: number): number => Number.parseInt(digits.slice(index, index + 2), 16);
  return [at(1), at(3), at(5)];
}

function format(colour: Channels): string {
  return `#${colour.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}
