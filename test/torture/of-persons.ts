import type { HistoryEntry } from '../../src/shared/model/incident.ts';

/** Whether one of torture's persons did it. */
export const isPersons = ({ who }: HistoryEntry): boolean => who.startsWith('person-');
