export { DeadlineQueue } from '../shared/deadline-queue.ts';
