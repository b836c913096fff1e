import { userInfo } from 'node:os';

/** Who sits at the command line, as the machine knows them; in a container that may be nobody it knows. */
export function osUser(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unknown';
  }
}
