import type { Config } from '../config/config-model.ts';
import { channelsOf } from '../notify/receiver.ts';
import { type ReceiverExplained, timesInWords } from '../notify/routing/explain-routes.ts';
import type { RouteNode } from '../notify/routing/route.ts';
import { formatDuration } from '../shared/duration.ts';
import { matchText } from './match-option.ts';
import { printable } from './terminal.ts';

/** The routing tree, a node a line, for a person. */
export function treeLines(node: RouteNode, receivers: Config['receivers'], depth = 0): string[] {
  const indent = '  '.repeat(depth);
  const match = depth === 0 ? 'everything' : matchText(node.match) || 'everything';
  const goesOn = node.continues ? ', then goes on' : '';
  const receiver = node.receiver === undefined ? undefined : receivers[node.receiver];
  const channels = receiver === undefined ? '' : ` (${channelsOf(receiver).join(', ')})`;
  return [
    `${indent}${printable(match)} -> ${node.receiver ?? 'nobody'}${channels}${goesOn}`,
    `${indent}  ${waysInWords(node)}`,
    ...node.children.flatMap((child) => treeLines(child, receivers, depth + 1)),
  ];
}

/** The same for a program, in the words of the configuration and of `routes test`; times are milliseconds. */
export function treeDocument(node: RouteNode, receivers: Config['receivers']): object {
  const { place, match, receiver = null, children, continues, key: _, mute, active, ...ways } = node;
  const known = receiver === null ? undefined : receivers[receiver];
  return {
    route: place,
    match,
    receiver,
    channels: known === undefined ? [] : channelsOf(known),
    continue: continues,
    ...ways,
    muteTimeIntervals: mute,
    activeTimeIntervals: active,
    routes: children.map((child) => treeDocument(child, receivers)),
  };
}

function waysInWords(node: RouteNode): string {
  const { groupBy, mute, active } = node;
  const group =
    groupBy === null
      ? 'each by itself'
      : `grouped by ${groupBy.map((name) => printable(name)).join(', ') || 'nothing'}`;
  return [
    `${group}, ${timesInWords(node, groupBy === null)}`,
    ...(mute.length === 0 ? [] : [`muted in ${mute.join(', ')}`]),
    ...(active.length === 0 ? [] : [`only in ${active.join(', ')}`]),
    ...escalationInWords(node),
  ].join('; ');
}

/** One receiver of `tocsin routes test`, for a person. */
export function receiverLines(explained: ReceiverExplained): string[] {
  const { receiver, route, channels, group, withheld } = explained;
  const values = Object.entries(group ?? {}).map(
    ([name, value]) => `${printable(name)}=${value === '' ? '(none)' : printable(value)}`,
  );
  const together = group === null ? '' : `, with others of ${values.join(' ') || 'all'}`;
  const ways = [
    `${timesInWords(explained, group === null)}${together}`,
    ...escalationInWords(explained),
  ].join('; ');
  return [
    `${receiver}${channels.length === 0 ? '' : ` (${channels.join(', ')})`} by ${route}`,
    withheld === null ? `  told ${ways}` : `  not told: ${withheld.reason}: ${printable(withheld.detail)}`,
  ];
}

const escalationInWords = ({ escalate }: Pick<RouteNode, 'escalate'>): readonly string[] =>
  escalate.map(({ afterMs, receiver }) => `${receiver} after ${formatDuration(afterMs)} without an answer`);
