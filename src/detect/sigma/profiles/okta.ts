import { mappedFields } from './sigma-profile.ts';

/** Okta's System Log: Sigma's rules use its own names, older ones in lower case. */
export const okta = mappedFields({
  eventtype: 'eventType',
  displaymessage: 'displayMessage',
  'outcome.Result': 'outcome.result',
  src_ip: 'client.ipAddress',
});
