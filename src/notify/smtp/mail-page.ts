import type { Severity } from '../../shared/model/severity.ts';
import type { Link } from '../message/attack-links.ts';
import type { Fact } from '../message/incident-facts.ts';
import { unlinkedText } from '../message/unlinked-text.ts';
import { htmlText } from './escape-html.ts';

// Tables and inline styles are what all mail clients agree on. No image, no font, no address is fetched: opening the
// mail tells nobody. Colours come in pairs, for light and for dark.

/** Background of the badge, dark enough for white letters. */
export const badgeColours: Readonly<Record<Severity, string>> = {
  critical: '#b3122a',
  high: '#b84a00',
  medium: '#866000',
  low: '#1f5fa8',
  informational: '#5b6470',
};

export const calmColour = '#2b7a4b';

const styles = `
body { margin: 0; padding: 0; background: #eef0f3; }
a { color: #1f5fa8; }
@media (prefers-color-scheme: dark) {
  body { background: #14171b !important; }
  .page { background: #14171b !important; }
  .card { background: #1e2329 !important; border-color: #343b44 !important; }
  .ink { color: #eceff2 !important; }
  .dim { color: #a3adb8 !important; }
  .rule { border-color: #343b44 !important; }
  .code { background: #14171b !important; color: #dfe4e9 !important; }
  a { color: #8ab8ee !important; }
}`;

export const font = "font-family: -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif;";
export const mono = 'font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace;';

/** A value from a log: no address in it becomes a link. */
export const value = (text: string, max: number): string => htmlText(unlinkedText(text), max);

/** What a mail's page is made of: texts are raw, `rows` is HTML. */
export interface MailPage {
  readonly title: string;
  readonly badge: string;
  readonly colour: string;
  readonly summary: string;
  /** Where to look at it, in front of all details. */
  readonly link?: Link | undefined;
  /** Table rows between the summary and the footer. */
  readonly rows: string;
  readonly footer: readonly Fact[];
}

/** The HTML of a mail: badge, headline and summary, the rows, and below a line what the message is about. */
export function mailPage({ title, badge, colour, summary, link, rows, footer }: MailPage): string {
  const shown = value(title, 1000);
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no, date=no, address=no, email=no, url=no">
<title>${shown}</title>
<style>${styles}
</style>
</head>
<body>
<div style="display: none; max-height: 0; overflow: hidden;">${value(summary, 200)}</div>
<table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" style="background: #eef0f3;">
<tr><td align="center" style="padding: 24px 12px;">
<table role="presentation" class="card" width="640" cellpadding="0" cellspacing="0" style="width: 100%; max-width: 640px; background: #ffffff; border: 1px solid #d9dde3; border-radius: 8px;">
<tr><td style="padding: 24px 28px 0 28px; ${font}">
<span style="display: inline-block; padding: 3px 10px; border-radius: 11px; background: ${colour}; color: #ffffff; font-size: 12px; font-weight: bold; letter-spacing: 0.3px;">${value(badge, 80)}</span>
<h1 class="ink" style="margin: 12px 0 0 0; font-size: 20px; line-height: 1.3; color: #1b1f24; overflow-wrap: anywhere;">${shown}</h1>
<p class="ink" style="margin: 10px 0 0 0; font-size: 14px; line-height: 1.5; color: #1b1f24; overflow-wrap: anywhere;">${value(summary, 4000)}</p>${linkOf(link)}
</td></tr>
${rows}<tr><td class="rule" style="padding: 14px 28px 20px 28px;">${footerOf(footer)}</td></tr>
</table>
</td></tr>
</table>
</body>
</html>
`;
}

const linkOf = (link: Link | undefined): string =>
  link === undefined
    ? ''
    : `\n<p style="margin: 10px 0 0 0; font-size: 14px; font-weight: bold;"><a href="${htmlText(link.url, 12_000)}" rel="noreferrer">${htmlText(link.label, 300)}</a></p>`;

/** Names and values below each other. */
export function factTable(facts: readonly Fact[]): string {
  const rows = facts.map(
    (fact) => `<tr>
<td class="dim rule" valign="top" style="padding: 6px 16px 6px 0; border-bottom: 1px solid #e6e9ed; color: #5b6470; white-space: nowrap;">${value(fact.label, 100)}</td>
<td class="ink rule" width="100%" style="padding: 6px 0; border-bottom: 1px solid #e6e9ed; color: #1b1f24; ${mono} overflow-wrap: anywhere; word-break: break-word;">${value(fact.value, 1000)}</td>
</tr>`,
  );
  return `<table width="100%" cellpadding="0" cellspacing="0" style="${font} font-size: 13px; line-height: 1.4;">
${rows.join('\n')}
</table>`;
}

/** A heading with what stands below it, which is HTML. */
export function section(heading: string, body: string): string {
  return `<tr><td style="padding: 18px 28px 0 28px; ${font}">
<h2 class="ink" style="margin: 0 0 6px 0; font-size: 13px; color: #1b1f24;">${heading}</h2>
${body}
</td></tr>
`;
}

/** Lines of HTML as they stand in a terminal. */
export const codeBlock = (lines: readonly string[], between = '\n'): string =>
  `<pre class="code" style="margin: 0; padding: 10px 12px; border-radius: 6px; background: #f4f5f7; color: #1b1f24; ${mono} font-size: 12px; line-height: 1.5; white-space: pre-wrap; word-break: break-word;">${lines.join(between)}</pre>`;

const footerOf = (facts: readonly Fact[]): string =>
  `<p class="dim" style="margin: 0; ${font} font-size: 12px; line-height: 1.5; color: #5b6470; overflow-wrap: anywhere;">${facts
    .map((fact) => `${value(fact.label, 100)} ${value(fact.value, 600)}`)
    .join('<br>\n')}</p>`;
