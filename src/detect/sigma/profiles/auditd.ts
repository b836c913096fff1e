import { mappedFields } from './sigma-profile.ts';

/** auditd's records, one an event: `type`, `a0`, `exe`, `comm`, `key` by their own names. */
export const auditd = mappedFields({ SYSCALL: ['SYSCALL', 'syscall'] });
