import type { EventTimeSpec } from '../../shared/model/source-config.ts';
import type { MutableFields } from '../ecs-fields.ts';

/**
 * What is known of one producer's events: ECS fields to add next to its own, which stay as they are. Only what is
 * certain: a field that may mean something else is left alone.
 */
export interface Profile {
  /** Where the event time stands, unless the source's configuration says otherwise. */
  readonly time?: EventTimeSpec;
  /** The array that holds the events, unless the source's configuration says otherwise. */
  readonly explode?: string;
  /** Adds fields to a freshly decoded event; gives how many times it happened (mostly 1). Never throws. */
  addFields(fields: MutableFields): number;
}
