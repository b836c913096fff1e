import { addField, type MutableFields, ownObject, ownText } from '../ecs-fields.ts';
import { isIpAddress } from '../network-address.ts';
import type { Profile } from './profile.ts';

/** AWS CloudTrail events, one by one or as the files that are delivered (`{"Records":[...]}`). */
export const cloudtrail: Profile = {
  time: { field: 'eventTime', format: 'iso8601', zone: 'UTC' },
  explode: 'Records',
  addFields: (fields) => {
    addSource(fields);
    addField(fields, ['event', 'action'], ownText(fields, 'eventName'));
    addField(fields, ['event', 'provider'], ownText(fields, 'eventSource'));
    addField(fields, ['event', 'id'], ownText(fields, 'eventID'));
    addField(fields, ['event', 'outcome'], outcomeOf(fields));
    addField(fields, ['user', 'name'], userOf(ownObject(fields, 'userIdentity')));
    addField(fields, ['user', 'id'], ownText(ownObject(fields, 'userIdentity'), 'principalId'));
    addField(fields, ['user_agent', 'original'], ownText(fields, 'userAgent'));
    addField(fields, ['cloud', 'region'], ownText(fields, 'awsRegion'));
    addField(fields, ['cloud', 'account', 'id'], ownText(fields, 'recipientAccountId'));
    return 1;
  },
};

/** The source is an address, or the name of the AWS service that called. */
function addSource(fields: MutableFields): void {
  const source = ownText(fields, 'sourceIPAddress');
  if (source !== undefined) addField(fields, ['source', isIpAddress(source) ? 'ip' : 'domain'], source);
}

/** An error code is a failure; a console login says it in its response; every other call succeeded. */
function outcomeOf(fields: MutableFields): string | undefined {
  if (ownText(fields, 'errorCode') !== undefined) return 'failure';
  const login = ownText(ownObject(fields, 'responseElements'), 'ConsoleLogin');
  if (login !== undefined) return login === 'Success' ? 'success' : 'failure';
  return ownText(fields, 'eventName') === undefined ? undefined : 'success';
}

/** An IAM user's own name, else that of the role behind a session. */
function userOf(identity: Readonly<MutableFields>): string | undefined {
  const issuer = ownObject(ownObject(identity, 'sessionContext'), 'sessionIssuer');
  return ownText(identity, 'userName') ?? ownText(issuer, 'userName');
}
