import { mappedFields } from './sigma-profile.ts';

/** Events that name their fields as Sigma does. */
export const raw = mappedFields({});
