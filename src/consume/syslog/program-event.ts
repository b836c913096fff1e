import type { Endpoint } from '../network-address.ts';

/** What a program's message tells, in the words of ECS. Only what the message says for certain. */
export interface ProgramEvent {
  /** What happened: `ssh_login`, `sudo_command`, ... One word per kind of message, so that rules can count it. */
  readonly action: string;
  readonly outcome?: 'success' | 'failure';
  readonly category?: 'authentication' | 'session' | 'network' | 'process' | 'iam';
  readonly source?: Endpoint | undefined;
  readonly destination?: Endpoint | undefined;
  /** Who acts: `user.name`. */
  readonly user?: string | undefined;
  /** As whom: `user.effective.name`. */
  readonly asUser?: string | undefined;
  readonly group?: string | undefined;
  /** sshd's method: `password`, `publickey`, ... */
  readonly method?: string | undefined;
  readonly commandLine?: string | undefined;
  readonly workingDirectory?: string | undefined;
  readonly reason?: string | undefined;
}

/** Reads the messages of one program; undefined where the message is none that it knows. Linear in its length. */
export type ProgramParser = (message: string) => ProgramEvent | undefined;
