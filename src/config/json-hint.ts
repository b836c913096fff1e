import type { JsonFault } from './json-fault.ts';

/** What people mostly meant where a text stops being JSON; undefined where nothing is probable. Quotes nothing of the text. */
export function jsonHint(text: string, { at, awaited }: JsonFault): string | undefined {
  const rest = text.slice(at);
  const [first = ''] = rest;
  if (text.trim() === '') return undefined;
  if (first === '') return 'it ends too early: is a bracket missing?';
  if (/[/#]/.test(first)) return 'JSON has no comments';
  if (/[\]}]/.test(first) && text.slice(0, at).trimEnd().endsWith(','))
    return 'is there a comma too many before it?';
  if (first === '\ufffd') return 'is it written in UTF-8?';
  if (awaited === 'comma-or-end') return /["{[\w-]/.test(first) ? 'is a comma missing before it?' : undefined;
  if (first === '"') return textHint(rest);
  return /['‘’“”\p{L}]/u.test(first) ? 'texts stand in double quotes: "' : undefined;
}

/** Of a text that is none. */
function textHint(rest: string): string | undefined {
  const [written = ''] = /^"(?:[^"\\\n]|\\.)*/u.exec(rest) ?? [];
  if (/\\(?:[^"\\/bfnrtu]|u(?![0-9a-fA-F]{4}))/.test(written.replaceAll('\\\\', '')))
    return 'a backslash is written twice: \\\\';
  return rest[written.length] === '"' ? undefined : 'is its closing quote missing?';
}
