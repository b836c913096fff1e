import type { Incident } from '../shared/model/incident.ts';

/** What a person can do about an incident now, as command lines. Only commands that this program has: a test runs their help. */
export const nextSteps = ({ id }: Incident): readonly string[] => [`tocsin incidents show ${argument(id)}`];

/** Ids are letters and digits; whatever else came here would be read by somebody's shell. */
export const argument = (id: string): string => (/^[\w.-]{1,100}$/.test(id) ? id : 'ID');
