import { addField, type MutableFields, ownValue } from '../ecs-fields.ts';
import type { Profile } from './profile.ts';

interface Alias {
  /** The ECS field, its levels. */
  readonly path: readonly string[];
  /** Names it has in Zeek's logs, and in HELK's; the first that is there counts. */
  readonly names: readonly string[];
}

const alias = (path: string, ...names: readonly string[]): Alias => ({ path: path.split('.'), names });

const aliases: readonly Alias[] = [
  alias('source.ip', 'id.orig_h', 'id_orig_h'),
  alias('source.port', 'id.orig_p', 'id_orig_p'),
  alias('destination.ip', 'id.resp_h', 'id_resp_h'),
  alias('destination.port', 'id.resp_p', 'id_resp_p'),
  alias('network.transport', 'proto'),
  alias('network.protocol', 'service'),
  alias('dns.question.name', 'query'),
  alias('dns.question.type', 'qtype_name'),
  alias('dns.response_code', 'rcode_name'),
  alias('tls.client.server_name', 'server_name'),
];

/** Names that other logs of Zeek use for other things; in one with a `uri` they are those of http.log. */
const httpAliases: readonly Alias[] = [
  alias('http.request.method', 'method'),
  alias('http.response.status_code', 'status_code'),
  alias('url.domain', 'host'),
  alias('url.original', 'uri'),
  alias('user_agent.original', 'user_agent'),
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

function addAliases(fields: MutableFields, list: readonly Alias[]): void {
  for (const { path, names } of list) {
    for (const name of names) {
      const value = ownValue(fields, name);
      if (value === undefined) continue;
      addField(fields, path, value);
      break;
    }
  }
}
