import { addField, type MutableFields, ownText, ownValue, wholeNumber } from '../ecs-fields.ts';
import { isIpAddress } from '../network-address.ts';
import type { Profile } from './profile.ts';

/** Fluentd's nginx parser: strings throughout, `-` for what is missing; `remote` is the client, `host` the server. */
export const fluentdNginx: Profile = {
  addFields: (fields) => {
    const remote = known(fields, 'remote');
    addField(fields, ['source', remote !== undefined && isIpAddress(remote) ? 'ip' : 'domain'], remote);
    addField(fields, ['http', 'request', 'method'], known(fields, 'method'));
    addField(fields, ['http', 'request', 'referrer'], known(fields, 'referer'));
    addField(fields, ['http', 'response', 'status_code'], wholeNumber(ownValue(fields, 'code')));
    addField(fields, ['http', 'response', 'body', 'bytes'], wholeNumber(ownValue(fields, 'size')));
    addField(fields, ['user_agent', 'original'], known(fields, 'agent'));
    addField(fields, ['user', 'name'], known(fields, 'user'));
    addUrl(fields, known(fields, 'path'));
    return 1;
  },
};

function known(fields: MutableFields, name: string): string | undefined {
  const text = ownText(fields, name);
  return text === '-' || text === '' ? undefined : text;
}

/** The request's target, cut at the question mark. */
function addUrl(fields: MutableFields, target: string | undefined): void {
  if (target === undefined) return;
  const mark = target.indexOf('?');
  addField(fields, ['url', 'original'], target);
  addField(fields, ['url', 'path'], mark === -1 ? target : target.slice(0, mark));
  if (mark !== -1) addField(fields, ['url', 'query'], target.slice(mark + 1));
}
