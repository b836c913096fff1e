/**
 * A text in which readers find no address to make a link of: `https[:]//evil.example`, `www[.]evil.example`,
 * `mailto[:]x`, as security people write them. For values that end up where programs turn addresses into links by
 * themselves (mail, Teams, PagerDuty, Slack's plain text); never for links of tocsin's own.
 */
export const unlinkedText = (text: string): string =>
  text
    .replace(/:(?=\/\/)/g, '[:]')
    .replace(/\b(www)\.(?=\S)/gi, '$1[.]')
    .replace(/\b(mailto|tel|sms|javascript|data|vbscript):(?=\S)/gi, '$1[:]');
