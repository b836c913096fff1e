import { mappedFields } from './sigma-profile.ts';

/** AWS CloudTrail: Sigma's rules use its own names. */
export const cloudtrail = mappedFields({
  src_ip: 'sourceIPAddress',
  status: ['responseElements.ConsoleLogin', 'status'],
});
