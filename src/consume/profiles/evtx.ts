import { isObject, type MutableFields, ownValue } from '../ecs-fields.ts';
import type { Profile } from './profile.ts';

/**
 * Windows event logs as `evtx_dump -o jsonl` and its kin write them: `{"Event": {"System": ..., "EventData": ...}}`.
 * Their fields are laid out beside `Event` as Sigma names them: `EventID`, `Channel`, `Provider_Name` (attributes joined
 * by `_`), and the event's data without the spaces in its names (`Threat Name` is `ThreatName`). Where data and system
 * share a name and differ (`Channel` of "the log was cleared"), the field holds both, and either may match.
 */
export const evtx: Profile = {
  time: { field: 'TimeCreated_SystemTime', format: 'iso8601', zone: 'UTC' },
  addFields: (fields) => {
    const event = ownValue(fields, 'Event');
    if (!isObject(event)) return 1;
    const found = new Map<string, unknown>();
    for (const [name, value] of membersOf(event, 'System')) addSystem(found, name, value);
    for (const [name, value] of membersOf(event, 'EventData')) addData(found, name, value);
    for (const [, operation] of membersOf(event, 'UserData'))
      if (isObject(operation))
        for (const [name, value] of Object.entries(operation)) addData(found, name, value);
    for (const [name, value] of found) if (!Object.hasOwn(fields, name)) define(fields, name, value);
    return 1;
  },
};

const attributes = '#attributes';

function membersOf(event: Readonly<MutableFields>, name: string): [string, unknown][] {
  const section = ownValue(event, name);
  return isObject(section) ? Object.entries(section).filter(([key]) => key !== attributes) : [];
}

/** `Provider: {"#attributes": {"Name": x}}` is `Provider_Name: x`; an `EventID` with qualifiers has its text beside them. */
function addSystem(found: Map<string, unknown>, name: string, value: unknown): void {
  if (!isObject(value)) {
    if (value !== null) found.set(name, value);
    return;
  }
  const inner = ownValue(value, attributes);
  if (isObject(inner)) for (const [key, each] of Object.entries(inner)) found.set(`${name}_${key}`, each);
  const text = ownValue(value, '#text');
  if (text !== undefined) found.set(name, text);
}

/** A `Data` without a name is a list of texts, which keeps that name. */
function addData(found: Map<string, unknown>, name: string, value: unknown): void {
  if (name === attributes) return;
  const text = isObject(value) ? ownValue(value, '#text') : undefined;
  const key = name.replaceAll(' ', '');
  const data = text ?? value;
  const ofSystem = found.get(key);
  found.set(key, ofSystem === undefined || ofSystem === data ? data : [ofSystem, data]);
}

/** As an own member whatever the name: data may be called `__proto__`. */
function define(fields: MutableFields, name: string, value: unknown): void {
  Object.defineProperty(fields, name, { value, writable: true, enumerable: true, configurable: true });
}
