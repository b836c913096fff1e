import type { Profile } from './profile.ts';

/** Events without names in ECS to add: what is known is where their time stands, and how Sigma's fields are called. */
const timed = (field: string, format = 'auto'): Profile => ({
  time: { field, format, zone: 'UTC' },
  addFields: () => 1,
});

/** By the name a configuration gives. */
export const profilesAsTheyAre: Readonly<Record<string, Profile>> = {
  raw: { addFields: () => 1 },
  auditd: { addFields: () => 1 },
  winlogbeat: timed('@timestamp'),
  nxlog: timed('EventTime'),
  // A webhook's batch is an `EventList`.
  'k8s-audit': { ...timed('requestReceivedTimestamp'), explode: 'items' },
  suricata: timed('timestamp'),
};
