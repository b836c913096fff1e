/** What Slack's Block Kit reference limits, as far as messages go: a stand-in that takes everything would prove nothing. */
const textMax: Readonly<Record<string, number>> = { header: 150, section: 3000, field: 2000, context: 3000 };
const messageMax = 12_000;

interface TextObject {
  readonly type?: unknown;
  readonly text?: unknown;
}

/** What is wrong with the payload of a post to an incoming webhook; empty when Slack would take it. */
export function blockKitFaults(payload: unknown): string[] {
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) return ['no object'];
  const { text, blocks } = payload as { text?: unknown; blocks?: unknown };
  const faults: string[] = [];
  if (typeof text !== 'string' || text === '') faults.push('no text');
  else if (text.length > 4_000) faults.push('text is too long');
  if (blocks === undefined) return faults;
  if (!Array.isArray(blocks) || blocks.length === 0) return [...faults, 'blocks is no list'];
  if (blocks.length > 50) faults.push('more than 50 blocks');
  if (JSON.stringify(blocks).length > messageMax) faults.push('blocks are too long together');
  return [...faults, ...blocks.flatMap((block, index) => blockFaults(block, `blocks[${index}]`))];
}

function blockFaults(block: Readonly<Record<string, unknown>>, path: string): string[] {
  switch (block['type']) {
    case 'header':
      return [...textFaults(block['text'], `${path}.text`, 'header'), ...mustBePlain(block['text'], path)];
    case 'section':
      return sectionFaults(block, path);
    case 'context':
      return listFaults(block['elements'], { path: `${path}.elements`, max: 10, kind: 'context' });
    default:
      return [`${path}: unknown type ${String(block['type'])}`];
  }
}

function sectionFaults({ text, fields }: Readonly<Record<string, unknown>>, path: string): string[] {
  if (text === undefined && fields === undefined) return [`${path}: neither text nor fields`];
  return [
    ...(text === undefined ? [] : textFaults(text, `${path}.text`, 'section')),
    ...(fields === undefined ? [] : listFaults(fields, { path: `${path}.fields`, max: 10, kind: 'field' })),
  ];
}

function listFaults(
  list: unknown,
  { path, max, kind }: { path: string; max: number; kind: string },
): string[] {
  if (!Array.isArray(list) || list.length === 0) return [`${path}: no list`];
  const faults = list.length > max ? [`${path}: more than ${max}`] : [];
  return [...faults, ...list.flatMap((item, index) => textFaults(item, `${path}[${index}]`, kind))];
}

function textFaults(object: unknown, path: string, kind: string): string[] {
  const { type, text } = (object ?? {}) as TextObject;
  if (type !== 'plain_text' && type !== 'mrkdwn') return [`${path}: no text object`];
  if (typeof text !== 'string' || text.length === 0) return [`${path}: empty`];
  return text.length > (textMax[kind] ?? 0) ? [`${path}: longer than ${textMax[kind]}`] : [];
}

const mustBePlain = (object: unknown, path: string): string[] =>
  (object as TextObject).type === 'plain_text' ? [] : [`${path}: a header is plain text`];
