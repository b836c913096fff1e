import type { ProgramEvent, ProgramParser } from './program-event.ts';

const newUser = /^new user: name=([^,\s]{1,64}),/;
const newGroup = /^new group: name=([^,\s]{1,64}),/;
const deletedUser = /^delete user '([^']{1,64})'$/;
const addedToGroup = /^add '([^']{1,64})' to group '([^']{1,64})'$/;

/** What the programs of the shadow suite (useradd, groupadd, userdel, usermod, ...) tell about accounts. */
export const accountEvent: ProgramParser = (message) => {
  if (message.startsWith('new user: ')) return account('user_added', { user: newUser.exec(message)?.[1] });
  if (message.startsWith('new group: '))
    return account('group_added', { group: newGroup.exec(message)?.[1] });
  if (message.startsWith('delete user '))
    return account('user_deleted', { user: deletedUser.exec(message)?.[1] });
  const added = addedToGroup.exec(message);
  return added === null ? undefined : account('user_added_to_group', { user: added[1], group: added[2] });
};

const account = (
  action: string,
  names: { user?: string | undefined; group?: string | undefined },
): ProgramEvent => ({
  action,
  outcome: 'success',
  category: 'iam',
  ...names,
});
