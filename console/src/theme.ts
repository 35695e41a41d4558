import { createTheme, type MantineColorsTuple } from '@mantine/core';

/** Ink blue, the accent of the sign-in pages. Shade 7 carries white text at 6.5:1, shade 4 stands on dark ground. */
const ink: MantineColorsTuple = [
  '#eef3ff',
  '#dce4f8',
  '#b6c6f1',
  '#8fa7ea',
  '#7492f0',
  '#4f7bf5',
  '#3b68e6',
  '#2756d6',
  '#2049b8',
  '#193a94',
];

/** For what cannot be undone. Shades 6 and 7 carry white text at 4.6:1 and 5.6:1; Mantine's own do not. */
const red: MantineColorsTuple = [
  '#fff5f5',
  '#ffe3e3',
  '#ffc9c9',
  '#ffa8a8',
  '#ff8787',
  '#ff6b6b',
  '#d63434',
  '#c92a2a',
  '#b02525',
  '#961f1f',
];

export const theme = createTheme({
  primaryColor: 'ink',
  primaryShade: { light: 7, dark: 6 },
  colors: { ink, red },
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", Arial, sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace',
  defaultRadius: 'md',
  cursorType: 'pointer',
  headings: {
    fontWeight: '650',
    sizes: { h1: { fontSize: '1.5rem', lineHeight: '1.25' }, h2: { fontSize: '1.125rem' }, h3: { fontSize: '1rem' } },
  },
  components: {
    Tooltip: { defaultProps: { withArrow: true, openDelay: 300 } },
    Anchor: { defaultProps: { underline: 'hover' } },
    Modal: { defaultProps: { centered: true, closeButtonProps: { 'aria-label': 'Close' } } },
    Notification: { defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } },
    Drawer: { defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } },
    Pagination: { defaultProps: { getControlProps: (control: string) => ({ 'aria-label': `${control} page` }) } },
  },
});
