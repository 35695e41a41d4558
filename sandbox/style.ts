/** The one style sheet of both sites: system fonts, light and dark, from phone width up. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#f5f6f8, #14171c);
  --card: light-dark(#ffffff, #1d2229);
  --ink: light-dark(#1b2330, #e8ecf2);
  --soft: light-dark(#556172, #a3afbf);
  --line: light-dark(#d8dde5, #353d49);
  --accent: light-dark(#0b6b63, #63d3c6);
  --on-accent: light-dark(#ffffff, #06201d);
  --wash: light-dark(#e3f3f1, #17322f);
  --warn: light-dark(#7a4b00, #f3c77c);
  --warn-wash: light-dark(#fff3dc, #33270f);
}
[data-site='app'] {
  --accent: light-dark(#3b4cc0, #a5b1ff);
  --on-accent: light-dark(#ffffff, #10163f);
  --wash: light-dark(#e9ecfb, #232a4d);
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
header {
  display: flex; align-items: center; gap: .6rem; max-width: 46rem; margin: 0 auto; padding: 1rem 1.25rem;
  color: var(--soft); font-weight: 600;
}
.mark { width: 1.1rem; height: 1.1rem; border-radius: .3rem; background: var(--accent); }
main { max-width: 46rem; margin: 0 auto; padding: 1rem 1.25rem 4rem; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: .5rem 0 .5rem; letter-spacing: -.01em; }
h2 { font-size: 1.1rem; margin: 2rem 0 .6rem; }
p { margin: .4rem 0 1rem; }
.soft, small { color: var(--soft); }
a { color: var(--accent); }
code, pre, td { overflow-wrap: anywhere; }
code, pre { font: .875em/1.5 ui-monospace, Consolas, monospace; }
pre { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: .9rem; white-space: pre-wrap; }
.notice { background: var(--warn-wash); color: var(--warn); border-radius: .6rem; padding: .7rem .9rem; margin: 0 0 1.4rem; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .8rem; padding: 1.25rem; margin: 1rem 0; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.button, .person { font: inherit; color: inherit; cursor: pointer; text-align: start; }
.button {
  display: inline-flex; align-items: center; min-height: 2.75rem; padding: .5rem 1.1rem; border: 1px solid var(--line);
  border-radius: .6rem; background: var(--card); color: var(--ink); font-weight: 600; text-decoration: none;
}
.button.main { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
.button:hover, .person:hover { border-color: var(--accent); }
.actions { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1.25rem 0; }
.actions form { margin: 0; }
.people { list-style: none; margin: 1rem 0; padding: 0; display: grid; gap: .75rem; }
.person {
  display: grid; grid-template-columns: auto 1fr; column-gap: .9rem; align-items: center; width: 100%; padding: .85rem 1rem;
  background: var(--card); border: 1px solid var(--line); border-radius: .8rem;
}
.person.hinted { border-color: var(--accent); background: var(--wash); }
.avatar {
  grid-row: span 2; align-self: start; display: grid; place-items: center; width: 2.75rem; height: 2.75rem; border-radius: 50%;
  background: var(--wash); color: var(--accent); font-weight: 700;
}
.who { font-weight: 600; }
.who small { font-weight: 400; margin-inline-start: .4rem; }
.chips { display: flex; flex-wrap: wrap; gap: .35rem; margin-top: .25rem; }
.chip { font-size: .8125rem; padding: .05rem .55rem; border-radius: 1rem; border: 1px solid var(--line); color: var(--soft); }
.chip.role { border-color: transparent; background: var(--wash); color: var(--accent); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; margin-block: -.5rem; }
th, td { text-align: start; vertical-align: top; padding: .5rem .75rem .5rem 0; border-bottom: 1px solid var(--line); }
thead th { color: var(--soft); font-size: .8125rem; font-weight: 600; }
tbody th { font-weight: 600; white-space: nowrap; width: 14rem; }
.claims tbody th { width: auto; }
tr:last-child > * { border-bottom: 0; }
summary { cursor: pointer; padding: .3rem 0; }
@media (max-width: 34rem) {
  .actions .button, .actions form, .actions form .button { width: 100%; justify-content: center; }
  .who small { display: block; margin: 0; }
  thead { position: absolute; clip-path: inset(50%); }
  tr { display: block; padding: .6rem 0; border-bottom: 1px solid var(--line); }
  tr:last-child { border-bottom: 0; }
  tbody th, tbody td { display: block; width: auto; border: 0; padding: .1rem 0; }
  td[data-from]::before { content: attr(data-from) ': '; color: var(--soft); font-size: .8125rem; }
}
`;
