import type { Profile } from './profile.ts';

/** Events in ECS already: nothing to add, and the time stands in `@timestamp`. */
export const ecs: Profile = {
  time: { field: '@timestamp', format: 'auto', zone: 'UTC' },
  addFields: () => 1,
};
