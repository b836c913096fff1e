import { addField, ownText, ownValue, wholeNumber } from '../ecs-fields.ts';
import { addMessageFields } from '../syslog/syslog-fields.ts';
import type { Profile } from './profile.ts';

/** Fluentd's syslog parser: `{"pri":6,"host":"web-1","ident":"sshd","pid":"11111","message":"..."}`. */
export const fluentdSyslog: Profile = {
  addFields: (fields) => {
    const program = ownText(fields, 'ident') ?? '';
    addField(fields, ['host', 'hostname'], ownText(fields, 'host'));
    addField(fields, ['process', 'name'], program === '' ? undefined : program);
    addField(fields, ['process', 'pid'], wholeNumber(ownValue(fields, 'pid')));
    const message = ownText(fields, 'message');
    // Some templates leave the space that follows the tag's colon.
    return message === undefined ? 1 : addMessageFields(fields, program, message.trimStart());
  },
};
