import { addField, type MutableFields, ownValue } from '../ecs-fields.ts';
import type { Profile } from './profile.ts';

/** Zeek's own names, and those of HELK, to ECS. */
const aliases: readonly (readonly [readonly string[], ...(readonly string[])])[] = [
  [['source', 'ip'], 'id.orig_h', 'id_orig_h'],
  [['source', 'port'], 'id.orig_p', 'id_orig_p'],
  [['destination', 'ip'], 'id.resp_h', 'id_resp_h'],
  [['destination', 'port'], 'id.resp_p', 'id_resp_p'],
  [['network', 'transport'], 'proto'],
  [['network', 'protocol'], 'service'],
  [['dns', 'question', 'name'], 'query'],
  [['dns', 'question', 'type'], 'qtype_name'],
  [['dns', 'response_code'], 'rcode_name'],
  [['tls', 'client', 'server_name'], 'server_name'],
];

/** Names that other logs of Zeek use for other things; in one with a `uri` they are those of http.log. */
const httpAliases: typeof aliases = [
  [['http', 'request', 'method'], 'method'],
  [['http', 'response', 'status_code'], 'status_code'],
  [['url', 'domain'], 'host'],
  [['url', 'original'], 'uri'],
  [['user_agent', 'original'], 'user_agent'],
];

/** Zeek's JSON logs: `"id.orig_h"` and its like are single keys; `ts` is a number of seconds or an ISO-8601 text. */
export const zeek: Profile = {
  time: { field: 'ts', format: 'auto', zone: 'UTC' },
  addFields: (fields) => {
    addAliases(fields, aliases);
    if (ownValue(fields, 'uri') !== undefined) addAliases(fields, httpAliases);
    const isAuthenticated = ownValue(fields, 'auth_success');
    if (typeof isAuthenticated === 'boolean') {
      addField(fields, ['event', 'outcome'], isAuthenticated ? 'success' : 'failure');
    }
    return 1;
  },
};

function addAliases(fields: MutableFields, list: typeof aliases): void {
  for (const [path, ...names] of list) addField(fields, path, firstOf(fields, names));
}

function firstOf(fields: MutableFields, names: readonly string[]): unknown {
  for (const name of names) {
    const value = ownValue(fields, name);
    if (value !== undefined) return value;
  }
  return undefined;
}
