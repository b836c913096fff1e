import { addField, ownObject, ownText } from '../ecs-fields.ts';
import type { Profile } from './profile.ts';

const outcomes: Readonly<Record<string, string>> = {
  SUCCESS: 'success',
  ALLOW: 'success',
  FAILURE: 'failure',
  DENY: 'failure',
};

/** Okta's System Log events. */
export const okta: Profile = {
  time: { field: 'published', format: 'iso8601', zone: 'UTC' },
  addFields: (fields) => {
    const client = ownObject(fields, 'client');
    const result = ownText(ownObject(fields, 'outcome'), 'result') ?? '';
    addField(fields, ['source', 'ip'], ownText(client, 'ipAddress'));
    addField(fields, ['user_agent', 'original'], ownText(ownObject(client, 'userAgent'), 'rawUserAgent'));
    addField(fields, ['event', 'action'], ownText(fields, 'eventType'));
    addField(fields, ['event', 'id'], ownText(fields, 'uuid'));
    addField(fields, ['event', 'outcome'], Object.hasOwn(outcomes, result) ? outcomes[result] : undefined);
    addField(fields, ['user', 'name'], ownText(ownObject(fields, 'actor'), 'alternateId'));
    return 1;
  },
};
