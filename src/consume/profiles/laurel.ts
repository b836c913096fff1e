import { addField, isObject } from '../ecs-fields.ts';
import type { Profile } from './profile.ts';

/** LAUREL's JSON of Linux audit events: `{"ID": "1615114232.375:15558", "SYSCALL": {...}, "EXECVE": {...}}`. */
export const laurel: Profile = {
  addFields: (fields) => {
    // The kinds of its records, which auditd calls `type`; a rule asks for one of them.
    const types = Object.entries(fields).filter(
      ([name, value]) => /^[A-Z_]+$/.test(name) && (isObject(value) || Array.isArray(value)),
    );
    if (types.length > 0)
      addField(
        fields,
        ['type'],
        types.map(([name]) => name),
      );
    return 1;
  },
};
