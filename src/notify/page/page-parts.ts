import { unlinkedText } from '../message/unlinked-text.ts';
import { htmlLines, htmlText } from '../smtp/escape-html.ts';

// A page for a browser, beside the mails: one style sheet, allowed by its hash, and nothing else. No script, no style at an
// element, no image, no font, nothing that is fetched.

/** The style sheet of every page, byte for byte what stands between the tags: its hash goes into the page's policy. */
export const pageStyle = `
:root { color-scheme: light dark; --page: #eef0f3; --card: #ffffff; --ink: #1b1f24; --dim: #5b6470; --line: #d9dde3; --code: #f4f5f7; --link: #1f5fa8; }
@media (prefers-color-scheme: dark) {
  :root { --page: #14171b; --card: #1e2329; --ink: #eceff2; --dim: #a3adb8; --line: #343b44; --code: #14171b; --link: #8ab8ee; }
}
* { box-sizing: border-box; }
body { margin: 0; padding: 24px 12px; background: var(--page); color: var(--ink); font: 14px/1.5 -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif; }
main { max-width: 1040px; margin: 0 auto; padding: 24px 28px; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
h1 { margin: 12px 0 0; font-size: 22px; line-height: 1.3; overflow-wrap: anywhere; }
h2 { margin: 24px 0 6px; font-size: 14px; }
p { margin: 10px 0 0; overflow-wrap: anywhere; }
a { color: var(--link); }
.wide { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: 13px; }
th, td { padding: 6px 16px 6px 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; overflow-wrap: anywhere; }
th { color: var(--dim); font-weight: normal; white-space: nowrap; }
td.value, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
td { min-width: 12em; }
td.short { min-width: 0; white-space: nowrap; }
pre { margin: 0 0 10px; padding: 10px 12px; border-radius: 6px; background: var(--code); font-size: 12px; white-space: pre-wrap; overflow-wrap: anywhere; }
.dim { color: var(--dim); font-size: 12px; }
.badge { display: inline-block; padding: 3px 10px; border-radius: 11px; color: #ffffff; font-size: 12px; font-weight: bold; }
.critical { background: #b3122a; } .high { background: #b84a00; } .medium { background: #866000; } .low { background: #1f5fa8; }
.informational { background: #5b6470; } .over { background: #2b7a4b; }
`;

/** HTML of ours, or of a value that was escaped. */
export type Html = string;

/** A value in one line: hidden characters written out, escaped, no address in it a link. */
export const value = (text: string, max: number): Html => htmlText(unlinkedText(text), max);

/** The same, keeping line feeds. */
export const lines = (text: string, max: number): Html => htmlLines(unlinkedText(text), max);

/** A link of ours; `href` is raw. */
export const link = (href: string, text: string): Html =>
  `<a href="${htmlText(href, 12_000)}" rel="noreferrer">${value(text, 300)}</a>`;

export const section = (heading: string, body: Html): Html =>
  body === '' ? '' : `<h2>${heading}</h2>\n${body}\n`;

/** Rows of cells; each cell is HTML. Wider than the window it scrolls by itself. */
export const table = (rows: readonly (readonly Html[])[], heads: readonly string[] = []): Html => {
  if (rows.length === 0) return '';
  const head = heads.length === 0 ? '' : `<tr>${heads.map((one) => `<th>${one}</th>`).join('')}</tr>\n`;
  const body = rows.map((cells) => `<tr>${cells.join('')}</tr>`).join('\n');
  return `<div class="wide"><table>\n${head}${body}\n</table></div>`;
};

export const cell = (html: Html, kind: 'plain' | 'value' | 'short' | 'head' = 'plain'): Html =>
  kind === 'head' ? `<th>${html}</th>` : `<td${kind === 'plain' ? '' : ` class="${kind}"`}>${html}</td>`;

/** A whole page; `title` is raw. */
export const page = (title: string, body: Html): Html => `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${value(title, 300)}</title>
<style>${pageStyle}</style>
</head>
<body>
<main>
${body}</main>
</body>
</html>
`;
