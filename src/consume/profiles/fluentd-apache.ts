import { addField, ownText } from '../ecs-fields.ts';
import { isIpAddress } from '../network-address.ts';
import { fluentdNginx } from './fluentd-nginx.ts';
import type { Profile } from './profile.ts';

/** Fluentd's Apache parsers: as nginx's, but for the client, which they call `host`. */
export const fluentdApache: Profile = {
  addFields: (fields) => {
    const client = ownText(fields, 'host');
    if (client !== undefined && client !== '-')
      addField(fields, ['source', isIpAddress(client) ? 'ip' : 'domain'], client);
    return fluentdNginx.addFields(fields);
  },
};
