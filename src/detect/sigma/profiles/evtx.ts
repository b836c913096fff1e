import { mappedFields } from './sigma-profile.ts';

/** What `evtx_dump` and others make of Windows event logs; the decoder's profile lays the fields of `Event` out by Sigma's names. */
export const evtx = mappedFields({ ComputerName: 'Computer', ProviderName: 'Provider_Name' });
