import { compileField, type ReadField } from '../../shared/field-path.ts';

/** A field and how it is read. */
export interface NamedField {
  readonly name: string;
  readonly read: ReadField;
}

const named = (name: string): NamedField => ({ name, read: compileField(name) });

/** Who and where: of each line the first that an event has. Names of ECS first, then those of the logs that people have. */
export const whoFields: readonly (readonly NamedField[])[] = [
  ['host.name', 'host.hostname', 'Computer', 'ComputerName', 'Hostname', 'winlog.computer_name', 'hostname'],
  ['user.name', 'User', 'SubjectUserName', 'actor.alternateId', 'userIdentity.arn', 'user.username', 'actor'],
  ['user.target.name', 'TargetUserName', 'user.effective.name'],
  ['source.ip', 'IpAddress', 'SourceIp', 'sourceIPAddress', 'client.ip', 'client.ipAddress', 'id.orig_h'],
  ['destination.ip', 'DestinationIp', 'id.resp_h'],
].map((names) => names.map(named));

/** The fields that say who did what where, by the names of ECS, Windows, Sysmon, clouds and Zeek: shown where an event has them. */
export const mainFields: readonly NamedField[] = [
  ...['event.action', 'event.outcome', 'event.code', 'eventName', 'eventType', 'EventID'],
  ...whoFields.flatMap((names) => names.map(({ name }) => name)),
  ...['source.port', 'destination.port', 'destination.domain', 'DestinationPort', 'DestinationHostname'],
  ...['process.name', 'process.executable', 'process.command_line', 'Image', 'CommandLine', 'ParentImage'],
  ...['file.path', 'TargetFilename', 'TargetObject', 'Details', 'ServiceName', 'ServiceFileName'],
  ...['url.full', 'url.original', 'http.request.method', 'http.response.status_code'],
  ...['dns.question.name', 'query', 'eventSource', 'errorCode', 'outcome.result', 'outcome.reason'],
  ...['verb', 'objectRef.resource', 'objectRef.name', 'LogonType', 'message'],
].map(named);

/** What no reader wants to see: nothing, white space, or the dash that Windows writes for it. */
export const isBlank = (value: unknown): boolean =>
  value === undefined || value === null || value === '-' || isEmpty(value);

/** A text with nothing to be seen in it. */
export const isEmpty = (value: unknown): boolean => typeof value === 'string' && !/\S/.test(value);
