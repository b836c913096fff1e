import { invariant } from '../../shared/invariant.ts';
import { cloudtrail } from './cloudtrail.ts';
import { ecs } from './ecs.ts';
import { evtx } from './evtx.ts';
import { fluentdApache } from './fluentd-apache.ts';
import { fluentdNginx } from './fluentd-nginx.ts';
import { fluentdSyslog } from './fluentd-syslog.ts';
import { laurel } from './laurel.ts';
import { okta } from './okta.ts';
import type { Profile } from './profile.ts';
import { profilesAsTheyAre } from './profiles-as-they-are.ts';
import { zeek } from './zeek.ts';

/** Every profile by the name a configuration gives it. A new one is a file beside this one, and a line here. */
const profiles: Readonly<Record<string, Profile>> = {
  'fluentd-syslog': fluentdSyslog,
  'fluentd-nginx': fluentdNginx,
  zeek,
  ecs,
  cloudtrail,
  okta,
  'fluentd-apache': fluentdApache,
  evtx,
  laurel,
  ...profilesAsTheyAre,
};

export const profileNames: readonly string[] = Object.keys(profiles);

/** The profile of that name; the configuration was validated, so it exists. */
export function profileNamed(name: string): Profile {
  const profile = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
  invariant(profile !== undefined, `no profile is named ${name}`);
  return profile;
}
