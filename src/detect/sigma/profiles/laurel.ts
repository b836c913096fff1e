import { mappedFields } from './sigma-profile.ts';

const nth = /^a(\d)$/;

/** LAUREL's JSON: one event of several records of auditd, `EXECVE.ARGV` a list; `type` is the list of its records. */
export const laurel = mappedFields(
  {
    SYSCALL: 'SYSCALL.SYSCALL',
    exe: 'SYSCALL.exe',
    comm: 'SYSCALL.comm',
    key: 'SYSCALL.key',
    uid: ['SYSCALL.UID', 'SYSCALL.uid'],
    auid: ['SYSCALL.AUID', 'SYSCALL.auid'],
    euid: ['SYSCALL.EUID', 'SYSCALL.euid'],
    success: 'SYSCALL.success',
    name: 'PATH.name',
    nametype: 'PATH.nametype',
    unit: ['SERVICE_START.unit', 'SERVICE_STOP.unit'],
    cwd: 'CWD.cwd',
    Image: 'SYSCALL.exe',
    CurrentDirectory: 'CWD.cwd',
  },
  (field) => {
    const index = nth.exec(field)?.[1];
    return index === undefined
      ? [`SYSCALL.${field}`]
      : [`EXECVE.ARGV.${index}`, `EXECVE.a${index}`, `SYSCALL.a${index}`];
  },
);
