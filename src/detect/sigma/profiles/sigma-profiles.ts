import { auditd } from './auditd.ts';
import { cloudtrail } from './cloudtrail.ts';
import { ecs } from './ecs.ts';
import { evtx } from './evtx.ts';
import { kubernetesAudit } from './kubernetes-audit.ts';
import { laurel } from './laurel.ts';
import { nxlog } from './nxlog.ts';
import { okta } from './okta.ts';
import { raw } from './raw.ts';
import type { SigmaProfile } from './sigma-profile.ts';
import { suricata } from './suricata.ts';
import { apache, nginx } from './webserver.ts';
import { winlogbeat } from './winlogbeat.ts';
import { zeek } from './zeek.ts';

/** By the names that a source's configuration gives. A new one is a file beside these, and a line here. */
const profiles: Readonly<Record<string, SigmaProfile>> = {
  raw,
  evtx,
  winlogbeat,
  nxlog,
  ecs,
  zeek,
  cloudtrail,
  okta,
  'k8s-audit': kubernetesAudit,
  auditd,
  laurel,
  suricata,
  'fluentd-nginx': nginx,
  'fluentd-apache': apache,
};

export const sigmaProfileNames: readonly string[] = Object.keys(profiles);

/** The profile of that name; events of every other go by Sigma's names. */
export function sigmaProfile(name: string | undefined): SigmaProfile {
  return name !== undefined && Object.hasOwn(profiles, name) ? (profiles[name] ?? raw) : raw;
}
